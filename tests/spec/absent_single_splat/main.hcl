resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby {
    exists = false
  }
}

resource "terraform_data" "splat" {
  input = aws_vpc.main[*].cidr_block
}
