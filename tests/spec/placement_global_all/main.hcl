# One record per site, also for the site on another cloud; its calls go to the global service.
resource "aws_route53_record" "www" {
  sites          = all
  zone_id        = "Z1"
  name           = "www.example.com"
  type           = "CNAME"
  ttl            = 60
  records        = ["${site.name}.example.com"]
  set_identifier = site.name
  failover_routing_policy {
    type = "PRIMARY"
  }
  standby {
    failover_routing_policy {
      type = "SECONDARY"
    }
  }
}
