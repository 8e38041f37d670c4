variable "window" {
  default = "5m"
}

resource "aws_lb" "web" {
  name    = "web"
  subnets = ["subnet-1"]
}

resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
}

probe "web" {
  http      = "https://${aws_lb.web.dns_name}/healthz"
  expect    = 200
  after     = [aws_lb.web, aws_eip.nat[0], primary.aws_lb.web, sites.west.aws_lb.web]
  within    = var.window
  interval  = "10s"
  timeout   = "2s"
  threshold = 3
}

gate "promote" {
  before    = [aws_lb.web]
  message   = "Promote in ${site.name}?"
  on        = ["failover"]
  approvers = ["ann", "ben"]
  quorum    = 2
  timeout   = "1h"
}

hook "warm-cache" {
  on         = ["failover", "switchover"]
  run        = ["./bin/warm-cache", site.name]
  env        = { SITE = site.name }
  after      = [probe.web, gate.promote]
  on_failure = "continue"
}
