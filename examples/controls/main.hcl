# Traffic that routing controls steer.
#
# Each site has a switch, a routing control, and each record answers while its switch is on. Configuring them is for quiet
# days: whoever takes that lives in us-west-2. To throw them is not: five endpoints in five regions take it, any of which
# will do, and the recovery site asks them. Nothing of Route 53 is written on the day.
#
#   relight apply    -C examples/controls --sandbox
#   relight failover -C examples/controls --sandbox oregon --lost virginia --incident INC-1
#
# What serves is left out here, but for a queue: see the other examples.

topology "controls" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"

  values = { door = "198.51.100.10" }
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "hot"

  values = { door = "203.0.113.10" }
}

# The cluster tells them once it stands (`cluster_endpoints`). Write them down here: on the day nobody may be there to ask.
variable "endpoints" {
  description = "Where the cluster answers, as `region=address` with commas between them: five of them."
  type        = string
  default     = "us-east-1=https://1a2b3c4d.route53-recovery-cluster.us-east-1.amazonaws.com/v1,us-west-2=https://5e6f7a8b.route53-recovery-cluster.us-west-2.amazonaws.com/v1"
}

variable "domain" {
  description = "The domain."
  type        = string
  default     = "controls.example"
}

resource "aws_route53recoverycontrolconfig_cluster" "main" {
  name = "controls"
}

resource "aws_route53recoverycontrolconfig_control_panel" "main" {
  name        = "sites"
  cluster_arn = aws_route53recoverycontrolconfig_cluster.main.arn
}

resource "aws_route53recoverycontrolconfig_routing_control" "site" {
  for_each = toset(["virginia", "oregon"])

  name              = each.key
  cluster_arn       = aws_route53recoverycontrolconfig_cluster.main.arn
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.main.arn
}

# Whatever anybody throws, one of them stays on.
resource "aws_route53recoverycontrolconfig_safety_rule" "one" {
  name              = "one-serves"
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.main.arn
  asserted_controls = [for control in aws_route53recoverycontrolconfig_routing_control.site : control.arn]
  wait_period_ms    = 5000

  rule_config {
    inverted  = false
    threshold = 1
    type      = "ATLEAST"
  }
}

resource "aws_route53_zone" "main" {
  name = var.domain
}

resource "aws_route53_record" "www" {
  sites = all

  zone_id         = aws_route53_zone.main.zone_id
  name            = "www.${var.domain}"
  type            = "A"
  ttl             = 30
  records         = [site.door]
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.site[site.name].id

  weighted_routing_policy {
    weight = 100
  }
}

resource "aws_route53_health_check" "site" {
  for_each = toset(["virginia", "oregon"])

  type                = "RECOVERY_CONTROL"
  routing_control_arn = aws_route53recoverycontrolconfig_routing_control.site[each.key].arn
}

# The two switches as the recovery site sees and throws them, in one call. Their words are those of Oregon's role.

resource "aws_route53recoverycluster_routing_control_state" "virginia" {
  sites = ["oregon"]

  routing_control_arn = aws_route53recoverycontrolconfig_routing_control.site["virginia"].arn
  endpoints           = var.endpoints
  state               = "Off"

  standby { state = "On" }
}

resource "aws_route53recoverycluster_routing_control_state" "oregon" {
  sites = ["oregon"]

  routing_control_arn = aws_route53recoverycontrolconfig_routing_control.site["oregon"].arn
  endpoints           = var.endpoints
  state               = "On"

  standby { state = "Off" }
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}
