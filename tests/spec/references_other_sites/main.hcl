resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "terraform_data" "all" {
  input = {
    bare    = aws_vpc.main.cidr_block
    primary = primary.aws_vpc.main.cidr_block
    west    = sites.west.aws_vpc.main.cidr_block
    value   = sites.west.cidr
    other   = sites[site.name == "east" ? "west" : "east"].aws_vpc.main.cidr_block
    region  = sites["west"].region
    each    = [for name in ["east", "west"] : sites[name].cidr]
    local   = sites.west.local.half
  }
}

locals {
  half = cidrsubnet(site.cidr, 1, 0)
}
