# What a role block names is null where the effective body lacks it; what a site block names is not.
resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby {
    tags = { role = "standby" }
  }
  site "west" {
    enable_dns_hostnames = true
  }
}
