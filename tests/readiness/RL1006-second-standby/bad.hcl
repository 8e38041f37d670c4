resource "aws_route53_record" "www" {
  sites           = ["virginia", "oregon"]
  zone_id         = aws_route53_zone.shop.zone_id
  name            = "www"
  type            = "A"
  ttl             = 60
  records         = [aws_eip.web.public_ip]
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.web.id

  weighted_routing_policy { weight = 10 }
}
