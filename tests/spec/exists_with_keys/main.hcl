resource "aws_subnet" "app" {
  for_each          = toset(site.zones)
  vpc_id            = "vpc-1"
  availability_zone = each.key
  cidr_block        = cidrsubnet(site.cidr, 8, index(site.zones, each.key))
  standby {
    exists = each.key != "us-west-2b"
  }
}

resource "aws_eip" "nat" {
  count  = 3
  domain = "vpc"
  exists = count.index < 1
}

output "skipped" {
  value = [length(aws_eip.nat), length(aws_subnet.app), aws_eip.nat[*].id, [for key, subnet in aws_subnet.app : key]]
}
