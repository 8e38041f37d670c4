# Who is told when something is wrong. Each site watches itself: an alarm in a region that is gone is silent.

resource "aws_sns_topic" "alerts" {
  name         = "${local.name}-alerts"
  display_name = "Shop alerts"
}

resource "aws_cloudwatch_metric_alarm" "healthy_hosts" {
  alarm_name          = "${local.name}-healthy-hosts"
  alarm_description   = "No machine answers in ${site.name}"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  actions_enabled     = true
  alarm_actions       = [aws_sns_topic.alerts.arn]

  dimensions = {
    LoadBalancer = aws_lb.web.arn_suffix
    TargetGroup  = aws_lb_target_group.web.arn_suffix
  }

  # A pilot light runs no machine, and that is no news.
  standby "pilot_light" { actions_enabled = false }
}

# A replica that falls behind breaks the promise of the objective before any disaster does.
resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  alarm_name          = "${local.name}-replica-lag"
  alarm_description   = "The orders in ${site.name} are more than 5 minutes behind"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 300
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching" # a primary is behind nobody and reports nothing
  alarm_actions       = [aws_sns_topic.alerts.arn]

  dimensions = { DBInstanceIdentifier = aws_db_instance.orders.identifier }

  # A replica that reports nothing does not follow.
  standby { treat_missing_data = "breaching" }
}
