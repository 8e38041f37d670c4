variable "protect" {
  type = bool
}

resource "terraform_data" "this" {
  lifecycle {
    prevent_destroy = var.protect
  }
}
