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

# The types go by site and not by role: nothing has to be written when the roles move.
resource "aws_route53_record" "www" {
  sites           = all
  zone_id         = aws_route53_zone.shop.zone_id
  name            = "www"
  type            = "A"
  ttl             = 60
  records         = [aws_eip.web.public_ip]
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.web.id

  failover_routing_policy { type = "PRIMARY" }
  site "oregon" {
    failover_routing_policy { type = "SECONDARY" }
  }
}
