topology "shop" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}

# Each of these is told once, and not again wherever something names it.
resource "aws_vcp" "main" {
  for_each   = toset(["a"])
  cidr_block = "10.0.0.0/16"
}

data "aws_availability_zone" "all" {}

resource "aws_subnet" "app" {
  vpc_id            = aws_vcp.main["a"].id
  availability_zone = data.aws_availability_zone.all.names[0]
  cidr_block        = cidrsubnet(aws_vcp.main["a"].cidr_block, 8, 1)
  depends_on        = [aws_vcp.main]
}

overlay "aws_vcp" "main" {
  site "west" { cidr_block = "10.1.0.0/16" }
}

output "ids" {
  value = [
    primary.aws_vcp.main["a"].id,
    sites.west.aws_vcp.main["a"].id,
    [for name in ["east"] : sites[name].aws_vcp.main["a"].id],
  ]
}

probe "web" {
  tcp   = "${aws_vcp.main["a"].id}:443"
  after = [aws_vcp.main]
}

moved {
  from = aws_vcp.old
  to   = aws_vcp.main
}

import {
  to = aws_vcp.main["a"]
  id = "vpc-1"
}

# This names nothing at all.
output "nothing" {
  value = aws_vpc.main.id
}
