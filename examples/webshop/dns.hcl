# How customers find the site that serves.
#
# Route 53 moves them by itself: while the primary's health check fails, the secondary record answers. That needs no
# write and no control plane, so it works while us-east-1, where Route 53 is controlled from, is down. The writes of a
# failover (the records change roles) only make lasting what the health checks did before.

locals {
  shop = "www.${var.domain}"
}

resource "aws_route53_zone" "shop" {
  name    = var.domain
  comment = "The shop, ${var.environment}"
}

# Route 53 is global: without `sites` this would be one record. With it, there is one for each site, which takes that
# site's role and reads that site's load balancer.
resource "aws_route53_record" "www" {
  sites = all

  zone_id         = aws_route53_zone.shop.zone_id
  name            = local.shop
  type            = "A"
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.web.id

  alias {
    name                   = aws_lb.web.dns_name
    zone_id                = aws_lb.web.zone_id
    evaluate_target_health = true
  }

  failover_routing_policy {
    type = "PRIMARY"
  }

  standby {
    failover_routing_policy { type = "SECONDARY" }
  }
}

# It watches the site's own load balancer. Watching the shop's name would turn green as soon as the other site answers,
# and send everybody back.
resource "aws_route53_health_check" "web" {
  sites = all

  type              = "HTTP"
  fqdn              = aws_lb.web.dns_name
  port              = local.http_port
  resource_path     = "/healthz"
  request_interval  = 10
  failure_threshold = 3

  tags = { Name = "${local.name}-${site.name}" }
}

# The last word of a recovery: the name that customers use answers.
probe "shop" {
  http   = "http://${local.shop}/healthz"
  after  = [aws_route53_record.www]
  within = "5m"
}
