# The network, the same in every site: a standby that is less ready runs less in it.

resource "aws_vpc" "main" {
  cidr_block           = site.cidr
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.name }
}

resource "aws_subnet" "main" {
  for_each = toset(site.zones)

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(site.cidr, 8, index(site.zones, each.key))

  tags = { Name = "${local.name}-${each.key}" }
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = { Name = local.name }
}

resource "aws_route_table_association" "main" {
  for_each = aws_subnet.main

  subnet_id      = each.value.id
  route_table_id = aws_route_table.main.id
}

resource "aws_security_group" "lb" {
  name        = "${local.name}-lb"
  description = "Load balancer"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "Customers"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "Tasks"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = [aws_vpc.main.cidr_block]
  }

  tags = { Name = "${local.name}-lb" }
}

resource "aws_security_group" "web" {
  name        = "${local.name}-web"
  description = "Tasks"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "Load balancer"
    protocol        = "tcp"
    from_port       = 80
    to_port         = 80
    security_groups = [aws_security_group.lb.id]
  }

  egress {
    description = "Anywhere"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${local.name}-web" }
}
