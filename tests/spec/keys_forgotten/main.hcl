resource "aws_eip" "nat" {
  for_each = toset(site.zones)
  domain   = "vpc"
}

resource "aws_eip" "counted" {
  count  = 2
  domain = "vpc"
}

resource "aws_eip" "one" {
  domain = "vpc"
}

module "inner" {
  source = "./inner"
  count  = 1
}

output "wrong" {
  value = [
    aws_eip.nat.id,
    aws_eip.counted.id,
    aws_eip.one[0].id,
    module.inner.x,
    aws_eip.nat["us-east-1a"].idd,
  ]
}
