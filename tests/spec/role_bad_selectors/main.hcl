resource "aws_vpc" "main" {
  cidr_block = site.cidr
  site "wset" {
    enable_dns_support = false
  }
  standby "warmish" {
    enable_dns_support = false
  }
  lost {
    enable_dns_support = false
  }
  primary "x" {
    enable_dns_support = false
  }
  standby {
    count = 1
    lifecycle {}
    primary {}
  }
}

data "aws_availability_zones" "here" {
  site "esat" {
    state = "available"
  }
}
