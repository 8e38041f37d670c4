resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
