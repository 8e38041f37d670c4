# How customers find the site that serves.
#
# The two records never change: Virginia's answers as long as its check is well, else Oregon's. The check is well while
# Virginia's door answers AND the switch in Oregon is not thrown. So two things move the traffic:
#
#   - Virginia's door does not answer: Route 53 sees that by itself.
#   - A failover says so, whatever Virginia still answers: it writes the switch, and its own region takes that write.
#
# Where the switch cannot be read, it counts as not thrown.

resource "aws_route53_zone" "main" {
  name    = var.domain
  comment = "Of ${local.name}"
}

# Whose record is the first is fixed by site, not by role: a record that follows the roles is a write to Route 53 on the
# worst of days.
resource "aws_route53_record" "www" {
  sites = all

  zone_id        = aws_route53_zone.main.zone_id
  name           = "www.${var.domain}"
  type           = "A"
  set_identifier = site.name

  alias {
    name                   = aws_lb.web.dns_name
    zone_id                = aws_lb.web.zone_id
    evaluate_target_health = true
  }

  site "virginia" {
    health_check_id = aws_route53_health_check.home.id

    failover_routing_policy {
      type = "PRIMARY"
    }
  }

  site "oregon" {
    failover_routing_policy {
      type = "SECONDARY"
    }
  }
}

# Virginia's door, and not the service's name, which Oregon answers as well.
resource "aws_route53_health_check" "door" {
  type              = "HTTP"
  fqdn              = sites.virginia.aws_lb.web.dns_name
  port              = 80
  resource_path     = "/healthz"
  request_interval  = 10
  failure_threshold = 3

  tags = { Name = "${local.name}-door" }
}

# Well unless the switch says that Oregon serves.
resource "aws_route53_health_check" "switch" {
  type               = "HTTPS_STR_MATCH"
  fqdn               = aws_s3_bucket.switch.bucket_regional_domain_name
  port               = 443
  resource_path      = "/${aws_s3_object.switch.key}"
  search_string      = "oregon serves"
  invert_healthcheck = true
  request_interval   = 10
  failure_threshold  = 2

  tags = { Name = "${local.name}-switch" }
}

# Both must be well.
resource "aws_route53_health_check" "home" {
  type                   = "CALCULATED"
  child_healthchecks     = [aws_route53_health_check.door.id, aws_route53_health_check.switch.id]
  child_health_threshold = 2

  tags = { Name = "${local.name}-home" }
}

# The switch. Checkers come without credentials: the bucket holds nothing else, and everybody may read it.

resource "aws_s3_bucket" "switch" {
  sites = ["oregon"]

  bucket = "${replace(var.domain, ".", "-")}-switch-${site.region}"
}

resource "aws_s3_bucket_public_access_block" "switch" {
  sites = ["oregon"]

  bucket                  = aws_s3_bucket.switch.bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "switch" {
  sites = ["oregon"]

  bucket = aws_s3_bucket_public_access_block.switch.bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Checkers"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.switch.arn}/*"
      },
    ]
  })
}

resource "aws_s3_object" "switch" {
  sites = ["oregon"]

  bucket        = aws_s3_bucket.switch.bucket
  key           = "serves"
  content       = "oregon serves"
  content_type  = "text/plain"
  cache_control = "no-store"

  standby { content = "oregon waits" }
}
