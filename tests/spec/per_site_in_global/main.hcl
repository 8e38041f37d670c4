resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

locals {
  cidr = site.cidr
}

resource "aws_iam_role" "by_site" {
  name               = "web-${site.name}"
  assume_role_policy = "{}"
}

resource "aws_iam_role" "by_local" {
  name               = "web"
  description        = local.cidr
  assume_role_policy = "{}"
}

resource "aws_iam_role" "by_resource" {
  name               = "web"
  description        = aws_vpc.main.id
  assume_role_policy = "{}"
}

# Named sites are fine.
resource "aws_iam_role" "by_named" {
  name               = "web"
  description        = "${primary.aws_vpc.main.cidr_block} ${sites.west.aws_vpc.main.cidr_block} ${sites.west.cidr}"
  assume_role_policy = "{}"
}
