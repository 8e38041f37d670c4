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
