variable "zone" {
  type = string
}

resource "terraform_data" "this" {
  input = var.zone
}
