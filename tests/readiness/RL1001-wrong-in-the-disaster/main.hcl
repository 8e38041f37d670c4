resource "aws_sns_topic" "replication" {
  name = "replication"
  primary { exists = false }
}
