overlay "aws_vpc" "main" {
  site "west" {
    cidr_block = site.cidr
  }
  standby {
    tags = { role = "standby" }
  }
}

overlay "aws_eip" "nat" {
  exists = site.role == "primary"
}

overlay "aws_iam_role" "web" {
  sites = all
  site "west" {
    name = "web-west"
  }
}

overlay "data.aws_availability_zones" "here" {
  site "west" {
    state = "available"
  }
}
