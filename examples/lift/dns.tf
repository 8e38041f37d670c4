resource "aws_route53_record" "public" {
  for_each = var.hostnames

  zone_id = data.aws_route53_zone.public.zone_id
  name    = "${each.key}.${var.domain}"
  type    = "A"

  alias {
    name                   = aws_lb.web.dns_name
    zone_id                = aws_lb.web.zone_id
    evaluate_target_health = true
  }
}

# Only Amazon issues certificates for these names.
resource "aws_route53_record" "caa" {
  for_each = var.hostnames

  zone_id = data.aws_route53_zone.public.zone_id
  name    = "${each.key}.${var.domain}"
  type    = "CAA"
  ttl     = 3600
  records = ["0 issue \"amazon.com\"", "0 issuewild \";\""]
}

resource "aws_route53_health_check" "web" {
  fqdn              = aws_lb.web.dns_name
  type              = "HTTPS"
  port              = 443
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
  measure_latency   = true

  tags = { Name = "${local.name}-web" }
}

resource "aws_route53_zone" "internal" {
  name    = "${local.application}.internal"
  comment = "Names inside the network"

  vpc {
    vpc_id = module.network.vpc_id
  }
}

resource "aws_route53_record" "database" {
  zone_id = aws_route53_zone.internal.zone_id
  name    = "database.${aws_route53_zone.internal.name}"
  type    = "CNAME"
  ttl     = 60
  records = [aws_db_instance.main.address]
}
