locals {
  near = ["east", "west"]
}

resource "aws_vpc" "near" {
  sites      = local.near
  cidr_block = site.cidr
}

resource "aws_vpc" "one" {
  sites      = ["ireland"]
  cidr_block = "10.9.0.0/16"
}

# A bare reference to what stands in one site only means that site, from everywhere.
resource "aws_vpc" "copy" {
  sites      = ["east"]
  cidr_block = aws_vpc.one.cidr_block
}
