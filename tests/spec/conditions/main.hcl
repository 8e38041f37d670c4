resource "aws_vpc" "main" {
  cidr_block = site.cidr
  lifecycle {
    precondition {
      condition     = site.cidr == "10.9.0.0/16"
      error_message = "The range of ${site.name} is ${site.cidr}."
    }
    postcondition {
      condition     = self.enable_dns_support
      error_message = "No names."
    }
  }
}

data "aws_availability_zones" "here" {
  lifecycle {
    postcondition {
      condition     = length(self.names) == 9
      error_message = "There are ${length(self.names)} zones."
    }
  }
}

resource "aws_eip" "each" {
  for_each = toset(["a", "b"])
  domain   = "vpc"
  lifecycle {
    precondition {
      condition     = each.key == "a"
      error_message = "Not ${each.key}."
    }
  }
}
