locals {
  rules = {
    web = { port = 443, ranges = ["0.0.0.0/0"] }
    ssh = { port = 22, ranges = ["10.0.0.0/8"] }
  }
}

resource "aws_security_group" "web" {
  name = "web"
  dynamic "ingress" {
    for_each = local.rules
    content {
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.ranges
    }
  }
  dynamic "egress" {
    for_each = toset(["a", "b"])
    iterator = rule
    content {
      description = "${rule.key} is ${rule.value}"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
    }
  }
}
