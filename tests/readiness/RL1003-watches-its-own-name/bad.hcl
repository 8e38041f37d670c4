resource "aws_route53_health_check" "web" {
  sites = all
  type  = "HTTPS"
  fqdn  = "www.shop.example"
  port  = 443
}
