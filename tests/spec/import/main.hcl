resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = "{}"
}

resource "aws_eip" "nat" {
  for_each = toset(["a", "b"])
  domain   = "vpc"
}

import {
  to = aws_vpc.main
  id = "vpc-primary"
}

import {
  to   = aws_vpc.main
  site = "west"
  id   = "vpc-west"
}

import {
  to = aws_iam_role.web
  id = "web"
}

import {
  for_each = { a = "eip-1", b = "eip-2" }
  to       = aws_eip.nat[each.key]
  site     = "west"
  id       = each.value
}
