resource "aws_route53_record" "www" {
  sites          = ["east", "ireland"]
  zone_id        = "Z1"
  name           = "www.example.com"
  type           = "CNAME"
  ttl            = 60
  records        = ["${site.name}.example.com"]
  set_identifier = site.name
  failover_routing_policy {
    type = site.role == "primary" ? "PRIMARY" : "SECONDARY"
  }
}
