resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby {
    exists = false
  }
}

locals {
  vpc_id = aws_vpc.main.id
}

module "inner" {
  source = "./inner"
  vpc_id = local.vpc_id
}

resource "terraform_data" "needs" {
  input = module.inner.vpc_id
}
