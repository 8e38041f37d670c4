resource "terraform_data" "counted" {
  count = 1000001
}
