terraform {
  required_version = ">= 1.5"
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias   = "west"
  region  = "us-west-2"
  profile = "recovery"
}

resource "aws_vpc" "east" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "west" {
  provider   = aws.west
  cidr_block = "10.2.0.0/16"
}

# Each stands in one site only, so that both are meant without more words.
output "both" {
  value = [aws_vpc.east.id, aws_vpc.west.id]
}

resource "aws_iam_role" "shared" {
  name               = "shared"
  assume_role_policy = jsonencode({ vpcs = [aws_vpc.east.cidr_block, aws_vpc.west.cidr_block] })
}

module "west" {
  source    = "./network"
  providers = { aws = aws.west }
}

module "both" {
  source = "./pair"
  providers = {
    aws       = aws
    aws.other = aws.west
  }
}
