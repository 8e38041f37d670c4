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

# What must be in the name is.
resource "aws_sqs_queue" "work" {
  fifo_queue = true
}

resource "aws_sns_topic" "ordered" {
  name_prefix = "ordered-"
  fifo_topic  = true
}
