resource "aws_subnet" "app" {
  for_each          = toset(site.zones)
  vpc_id            = "vpc-1"
  availability_zone = each.key
  cidr_block        = cidrsubnet(site.cidr, 8, index(site.zones, each.key))
}

resource "terraform_data" "count" {
  count = length(site.zones)
  input = site.zones[count.index]
}

output "subnets" {
  value = { for zone, subnet in aws_subnet.app : zone => subnet.cidr_block }
}
