# A fenced site takes the blocks of a standby, and of no posture.
resource "aws_route53_record" "www" {
  sites          = all
  zone_id        = "Z1"
  name           = "www.example.com"
  type           = "A"
  ttl            = 60
  records        = ["192.0.2.1"]
  set_identifier = site.name
  failover_routing_policy {
    type = "PRIMARY"
  }
  standby {
    failover_routing_policy {
      type = "SECONDARY"
    }
  }
  standby "warm" {
    ttl = 30
  }
}
