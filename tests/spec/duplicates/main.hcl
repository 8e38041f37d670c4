resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

locals {
  a = 1
}

locals {
  a = 2
}

variable "v" {}

variable "v" {}
