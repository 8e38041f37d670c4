resource "aws_lb" "web" {
  name    = "web"
  subnets = ["subnet-1"]
}

probe "web" {
  http     = "https://${aws_lb.web.dns_nam}/"
  after    = [aws_lb.wbe, probe.wbe, "text"]
  within   = "5 minutes"
  interval = site.name
}

gate "promote" {
  before  = aws_lb.web
  message = "Go on with ${local.nothing}?"
  on      = ["failvoer"]
  quorum  = 0
}

hook "run" {
  on         = "failover"
  run        = "./bin/x"
  after      = [gate.promote]
  before     = [hook.other]
  on_failure = "explode"
  env        = { A = each.key }
}

hook "other" {
  on     = ["failover"]
  run    = ["x"]
  before = [hook.run]
}

resource "terraform_data" "waits" {
  input      = probe.web
  depends_on = [gate.promote]
}
