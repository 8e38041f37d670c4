resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "www"
  type    = "A"
  ttl     = 60
  records = [primary.aws_eip.web.public_ip]
}
