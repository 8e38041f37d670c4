# One object of every identity class in two sites, a replica, and records that are global: what a crash may cut.

topology "crash" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = { cidr = "10.10.0.0/16", zone = "us-east-1a" }
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.20.0.0/16", zone = "us-west-2a" }
}

resource "aws_vpc" "main" { # class C
  cidr_block = site.cidr
}

resource "aws_subnet" "app" { # class C, refers to one
  vpc_id            = aws_vpc.main.id
  availability_zone = site.zone
  cidr_block        = cidrsubnet(site.cidr, 8, 0)
}

resource "aws_route_table" "app" { # class B
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "app" { # class D
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}

resource "aws_db_subnet_group" "orders" { # class A
  subnet_ids = [aws_subnet.app.id]
}

resource "aws_db_instance" "orders" { # class A, a long operation
  identifier           = "orders"
  engine               = "postgres"
  instance_class       = "db.t3.micro"
  allocated_storage    = 20
  username             = "shop"
  password             = "correct horse battery"
  db_subnet_group_name = aws_db_subnet_group.orders.name
  skip_final_snapshot  = true

  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
}

resource "aws_sns_topic" "alerts" { # class A
  name = "alerts-${site.name}"
}

resource "aws_route53_zone" "shop" { # class B, global
  name = "shop.example"
}

resource "aws_route53_record" "orders" { # class D, global
  sites          = all
  zone_id        = aws_route53_zone.shop.zone_id
  name           = "orders.shop.example"
  type           = "CNAME"
  ttl            = 60
  records        = [aws_db_instance.orders.address]
  set_identifier = site.name

  failover_routing_policy { type = "PRIMARY" }
  standby {
    failover_routing_policy { type = "SECONDARY" }
  }
}
