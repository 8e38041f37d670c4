provider "aws" {
  alias  = "paris"
  region = "eu-west-3"
}

resource "aws_vpc" "paris" {
  provider   = aws.paris
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "confused" {
  provider   = google
  cidr_block = "10.1.0.0/16"
}
