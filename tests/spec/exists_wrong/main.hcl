resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "aws_vpc" "hole" {
  exists     = aws_vpc.main.id != ""
  cidr_block = site.cidr
}

resource "aws_vpc" "text" {
  exists     = "perhaps"
  cidr_block = site.cidr
}

resource "aws_vpc" "nothing" {
  exists     = null
  cidr_block = site.cidr
}
