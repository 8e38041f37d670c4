resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "network"
  subnets            = ["subnet-1"]
  standby "pilot_light" {
    exists = false
  }
}

resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
  standby {
    exists = false
  }
}

locals {
  name   = aws_lb.web.dns_name
  cached = local.name
}

# Inside `try` and `can` it may be absent.
resource "terraform_data" "tries" {
  input = {
    tried   = try(aws_lb.web.dns_name, "none")
    can     = can(aws_lb.web.dns_name)
    through = try(local.cached, "none")
    key     = try(aws_eip.nat[0].id, "none")
  }
}

# Splat, `length` and `for` skip it.
resource "terraform_data" "skips" {
  input = {
    splat  = aws_eip.nat[*].id
    length = length(aws_eip.nat)
    for    = [for address in aws_eip.nat : address.id]
    one    = one(slice(aws_eip.nat[*].id, 0, min(1, length(aws_eip.nat))))
  }
}

# What is absent itself may refer to it, also where its keys come from.
resource "terraform_data" "absent_too" {
  for_each = toset([aws_lb.web.name])
  input    = aws_lb.web.dns_name
  standby {
    exists = false
  }
}

# An output of what is not there has no entry for the site.
output "name" {
  value = aws_lb.web.name
}
