resource "aws_sns_topic" "alerts" {
  name         = "alerts"
  display_name = aws_vpc.main.id
  standby { exists = false }
}

# What follows from a name is known without asking anybody.
resource "aws_sns_topic" "others" {
  name         = "others"
  display_name = sites.virginia.aws_sqs_queue.jobs.arn
  standby { exists = false }
}
