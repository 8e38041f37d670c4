resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = "{}"
}

data "aws_availability_zones" "here" {}

output "zones" {
  value = data.aws_availability_zones.here.state
}
