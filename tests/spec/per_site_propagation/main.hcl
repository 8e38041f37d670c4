locals {
  cidr   = site.cidr
  half   = cidrsubnet(local.cidr, 1, 0)
  same   = "the same everywhere"
  vpc_id = aws_vpc.main.id
}

data "aws_availability_zones" "here" {}

resource "aws_vpc" "main" {
  cidr_block = local.half
  tags       = { same = local.same }
}

module "inner" {
  source = "./inner"
  cidr   = local.half
}

output "per_site" {
  value = local.half
}

output "through_module" {
  value = module.inner.doubled
}

output "same" {
  value = local.same
}

output "zones" {
  value = data.aws_availability_zones.here.names
}

output "hole" {
  value = local.vpc_id
}

check "size" {
  assert {
    condition     = endswith(local.half, "/17")
    error_message = "No half."
  }
}
