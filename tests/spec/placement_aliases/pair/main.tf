terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}

resource "aws_vpc" "here" {
  cidr_block = "10.4.0.0/16"
}

resource "aws_vpc" "there" {
  provider   = aws.other
  cidr_block = "10.5.0.0/16"
}
