resource "aws_sns_topic" "alerts" {
  name = "alerts"
  standby { display_name = aws_sns_topic.replication.name }
}
