topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

resource "aws_sns_topic" "alerts" {}

resource "aws_sns_topic" "orders" {
  name_prefix = "orders-"
}
