data "aws_caller_identity" "me" {}

data "aws_region" "here" {}

data "aws_availability_zones" "here" {
  exists = site.role == "primary"
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = data.aws_iam_policy_document.web.json
}

data "aws_iam_policy_document" "web" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "open" {
  statement {
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.web.arn]
  }
}

output "account" {
  value = data.aws_caller_identity.me.account_id
}

output "region" {
  value = data.aws_region.here.name
}

output "open" {
  value = data.aws_iam_policy_document.open.json
}

output "zones" {
  value = data.aws_availability_zones.here.names
}
