resource "aws_eip" "nat" {
  for_each = toset(site.zones)
  domain   = "vpc"
}

resource "aws_eip" "counted" {
  count  = 2
  domain = "vpc"
}

resource "terraform_data" "wrong" {
  input = aws_eip.nat["us-east-1a"].id
}

resource "terraform_data" "index" {
  input = aws_eip.counted[2].id
}
