topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "hot"
}

site "frankfurt" {
  provider = "aws"
  region   = "eu-central-1"
  role     = "standby"
  posture  = "hot"
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}

resource "aws_eip" "web" {}

resource "aws_route53_health_check" "web" {
  sites      = all
  type       = "HTTPS"
  ip_address = aws_eip.web.public_ip
  port       = 443
}
