resource "terraform_data" "this" {}

module "deep" {
  source = "./deep"
}

output "late" {
  value      = "known"
  depends_on = [terraform_data.this]
}
