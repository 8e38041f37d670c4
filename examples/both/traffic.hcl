# How customers find a site that serves.
#
# Route 53 leaves out a record whose check fails: that alone moves the customers of a region that does not answer. What a
# failover writes makes it lasting, so that a region that comes back half does not get them back.

resource "aws_route53_zone" "main" {
  name    = var.domain
  comment = "Of ${local.name}"
}

resource "aws_route53_record" "www" {
  sites = all

  zone_id         = aws_route53_zone.main.zone_id
  name            = "www.${var.domain}"
  type            = "A"
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.door.id

  alias {
    name                   = aws_lb.web.dns_name
    zone_id                = aws_lb.web.zone_id
    evaluate_target_health = true
  }

  weighted_routing_policy {
    weight = 50
  }

  lost {
    weighted_routing_policy { weight = 0 }
  }
}

# Each site's own door, and not the service's name, which the other one answers as well.
resource "aws_route53_health_check" "door" {
  sites = all

  type              = "HTTP"
  fqdn              = aws_lb.web.dns_name
  port              = 80
  resource_path     = "/"
  request_interval  = 10
  failure_threshold = 3

  tags = { Name = "${local.name}-${site.name}" }
}
