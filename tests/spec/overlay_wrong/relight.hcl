overlay "aws_vpc" "mian" {
  standby {
    tags = {}
  }
}

overlay "aws_vpc" "main" {
  enable_dns_support = true
  standby {
    enable_dns_suport = true
  }
}
