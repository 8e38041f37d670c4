resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

import {
  to = aws_vpc.other
  id = "vpc-1"
}

import {
  to   = aws_vpc.main
  site = "wset"
  id   = "vpc-1"
}

import {
  to = aws_vpc.main
  id = aws_vpc.main.id
}
