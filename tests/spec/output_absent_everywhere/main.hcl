resource "aws_vpc" "main" {
  exists     = false
  cidr_block = site.cidr
}

output "vpc" {
  value = aws_vpc.main.id
}
