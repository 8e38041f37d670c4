resource "aws_route53_record" "www" {
  sites   = ["virginia"]
  zone_id = aws_route53_zone.shop.zone_id
  name    = "www"
  type    = "A"
  ttl     = 60
  records = [aws_eip.web.public_ip]
}
