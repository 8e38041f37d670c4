variable "protect" {
  default = true
}

locals {
  here = site.role == "primary"
}

resource "terraform_data" "first" {
  count = 2
}

resource "aws_vpc" "main" {
  cidr_block = site.cidr
  lifecycle {
    prevent_destroy       = var.protect && local.here
    create_before_destroy = true
    ignore_changes        = [tags["owner"], enable_dns_support]
    replace_triggered_by  = [terraform_data.first[1], terraform_data.first[0].output]
  }
}

module "each" {
  source   = "./inner"
  for_each = { kept = true, loose = false }
  protect  = each.value
}
