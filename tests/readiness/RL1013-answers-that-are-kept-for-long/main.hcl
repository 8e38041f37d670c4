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
