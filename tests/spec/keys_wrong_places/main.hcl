resource "aws_eip" "both" {
  count    = 1
  for_each = {}
  domain   = "vpc"
}

resource "aws_eip" "own" {
  count  = count.index
  domain = "vpc"
}
