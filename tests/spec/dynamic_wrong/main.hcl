resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "web" {
  name = "web"
  dynamic "ingress" {
    for_each = [for part in split("-", aws_vpc.main.id) : part]
    content {
      from_port = 1
      to_port   = 1
      protocol  = "tcp"
    }
  }
  dynamic "egress" {
    for_each = "text"
    content {
      from_port = 1
      to_port   = 1
      protocol  = "tcp"
    }
  }
}
