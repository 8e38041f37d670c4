resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

hook "warm" {
  on    = ["failover"]
  run   = ["aws", "lambda", "invoke", "--region", site.region, "out.json"]
  after = [aws_sns_topic.alerts]
}
