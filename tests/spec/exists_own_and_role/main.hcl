variable "extra" {
  default = false
}

resource "aws_vpc" "never" {
  exists     = var.extra
  cidr_block = site.cidr
}

resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby "pilot_light" {
    exists = false
  }
}

# The stronger block decides.
resource "aws_vpc" "back" {
  exists     = false
  cidr_block = site.cidr
  site "west" {
    exists = true
  }
}
