resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby {
    cidr_block = "10.9.0.0/16"
  }
  primary {
    instance_tenancy = "dedicated"
  }
  # In a site block it stays whatever the role, and in a drill all objects are new.
  site "west" {
    cidr_block = "10.8.0.0/16"
  }
  drill {
    cidr_block = "10.7.0.0/16"
  }
}
