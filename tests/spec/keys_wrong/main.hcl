resource "aws_eip" "holes" {
  for_each = toset([aws_vpc.main.id])
  domain   = "vpc"
}

resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "aws_eip" "list" {
  for_each = ["a"]
  domain   = "vpc"
}

resource "aws_eip" "numbers" {
  for_each = toset([1, 2])
  domain   = "vpc"
}

resource "aws_eip" "fraction" {
  count  = 1.5
  domain = "vpc"
}

resource "aws_eip" "negative" {
  count  = -1
  domain = "vpc"
}

resource "aws_eip" "nothing" {
  for_each = null
  domain   = "vpc"
}

resource "aws_eip" "secret" {
  for_each = toset([sensitive("a")])
  domain   = "vpc"
}
