variable "cidr" {
  type = string
}

locals {
  doubled = [var.cidr, var.cidr]
}

output "doubled" {
  value = local.doubled
}
