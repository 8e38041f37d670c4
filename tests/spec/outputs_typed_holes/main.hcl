resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
}

output "holes" {
  value = {
    text    = aws_vpc.main.id
    bool    = aws_vpc.main.id == "x"
    number  = length(aws_vpc.main.id) + 1
    list    = [aws_vpc.main.id, "known"]
    joined  = "${aws_vpc.main.id}/x"
    ids     = aws_eip.nat[*].id
    split   = split("-", aws_vpc.main.id)
    default = aws_vpc.main.enable_dns_support
    unset   = aws_vpc.main.ipv6_cidr_block
  }
}
