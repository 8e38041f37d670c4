resource "aws_sns_topic" "alerts" {
  name = "alerts"
  site "oregon" { display_name = aws_sns_topic.replication.name }
}
