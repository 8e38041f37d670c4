resource "aws_subnet" "zone" {
  vpc_id            = "vpc-1"
  cidr_block        = site.cidr
  availability_zone = "us-east-1a"
}

resource "terraform_data" "words" {
  input = "not-us-east-1-as-a-word"
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  alarm_name          = "queue"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]
  standby {
    alarm_description = "in ${site.name}, not us-west-2"
  }
}
