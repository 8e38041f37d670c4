# The network, the same in both sites: public subnets for the load balancer and the NAT gateway, private ones for
# machines and database, one of each in every zone.
#
# A bare reference is to the same site: aws_vpc.main in Oregon's subnets is Oregon's network.

resource "aws_vpc" "main" {
  cidr_block           = site.cidr
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.name }
}

# Each site has zones of its own, so the keys differ by site. The first /24 blocks of the range are public.
resource "aws_subnet" "public" {
  for_each = toset(site.zones)

  vpc_id                  = aws_vpc.main.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(site.cidr, 8, index(site.zones, each.key))
  map_public_ip_on_launch = true

  tags = { Name = "${local.name}-public-${each.key}" }
}

# From the second /20 on, the range is private.
resource "aws_subnet" "private" {
  for_each = toset(site.zones)

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(site.cidr, 4, 1 + index(site.zones, each.key))

  tags = { Name = "${local.name}-private-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = { Name = "${local.name}-public" }
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

# The way out of the private subnets costs money by the hour, and a pilot light runs no machine that needs one: there
# the address, the gateway and the route to it do not exist.

resource "aws_eip" "nat" {
  domain = "vpc"

  tags = { Name = "${local.name}-nat" }

  standby "pilot_light" { exists = false }
}

resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public[site.zones[0]].id

  tags = { Name = local.name }

  standby "pilot_light" { exists = false }

  depends_on = [aws_internet_gateway.main]
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${local.name}-private" }
}

resource "aws_route" "nat" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id

  standby "pilot_light" { exists = false }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

# Who may talk to whom: the world to the load balancer, the load balancer to the machines, the machines to the database.

resource "aws_security_group" "lb" {
  name        = "${local.name}-lb"
  description = "Load balancer"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "Customers"
    protocol    = "tcp"
    from_port   = local.http_port
    to_port     = local.http_port
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "Machines"
    protocol    = "tcp"
    from_port   = local.app_port
    to_port     = local.app_port
    cidr_blocks = [aws_vpc.main.cidr_block]
  }

  tags = { Name = "${local.name}-lb" }
}

resource "aws_security_group" "web" {
  name        = "${local.name}-web"
  description = "Machines"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.name}-web" }
}

# Rules may also stand on their own, but not both ways for one group.
resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id            = aws_security_group.web.id
  referenced_security_group_id = aws_security_group.lb.id
  ip_protocol                  = "tcp"
  from_port                    = local.app_port
  to_port                      = local.app_port
}

resource "aws_vpc_security_group_egress_rule" "web" {
  security_group_id = aws_security_group.web.id
  description       = "Anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Database"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
}
