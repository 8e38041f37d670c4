resource "terraform_data" "a" {}

# Within each instance of a module its own.
resource "terraform_data" "b" {
  depends_on = [terraform_data.a]
}
