# How customers find the site that serves. Records that fail over know two sites; weights know as many as there are. Route
# 53 answers with a record of weight 0 only while no other is well, and then only with one whose own targets are: a pilot
# light has none.

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
    weight = 100
  }

  standby {
    weighted_routing_policy { weight = 0 }
  }
}

# Each site's own door, and not the service's name, which others answer as well.
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
