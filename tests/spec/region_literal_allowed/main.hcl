# It stands in the block of its own site.
resource "aws_subnet" "zone" {
  vpc_id            = "vpc-1"
  cidr_block        = site.cidr
  availability_zone = "us-east-1a"
  site "west" {
    availability_zone = "us-west-2a"
  }
}

# What decides is no value.
resource "aws_eip" "nat" {
  domain = site.region == "us-east-1" ? "vpc" : "vpc"
  tags   = { us-east-1 = lookup({ us-east-1 = "a", us-west-2 = "b" }, site.region) }
}

# In one site only.
resource "aws_subnet" "single" {
  sites             = ["west"]
  vpc_id            = "vpc-1"
  cidr_block        = "10.2.0.0/24"
  availability_zone = "us-west-2a"
}
