locals {
  alarms = {
    database-cpu = {
      namespace  = "AWS/RDS"
      metric     = "CPUUtilization"
      statistic  = "Average"
      comparison = "GreaterThanThreshold"
      threshold  = 80
      dimensions = { DBInstanceIdentifier = aws_db_instance.main.identifier }
    }
    database-storage = {
      namespace  = "AWS/RDS"
      metric     = "FreeStorageSpace"
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = 20 * pow(1024, 3)
      dimensions = { DBInstanceIdentifier = aws_db_instance.main.identifier }
    }
    web-healthy-hosts = {
      namespace  = "AWS/ApplicationELB"
      metric     = "HealthyHostCount"
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = max(1, floor(var.web.min / 2))
      dimensions = {
        LoadBalancer = aws_lb.web.arn_suffix
        TargetGroup  = aws_lb_target_group.web.arn_suffix
      }
    }
    worker-cpu = {
      namespace  = "AWS/EC2"
      metric     = "CPUUtilization"
      statistic  = "Average"
      comparison = "GreaterThanThreshold"
      threshold  = 90
      dimensions = { AutoScalingGroupName = module.worker.autoscaling_group_name }
    }
  }
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = ["arn:aws:sns:${data.aws_region.current.name}:${local.account_id}:${local.name}-*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic" "alerts" {
  for_each = { page = "someone gets up", ticket = "it can wait" }

  name         = "${local.name}-${each.key}"
  display_name = title(each.value)
  policy       = data.aws_iam_policy_document.topic.json
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "See the runbook, section ${each.key}."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  dimensions          = each.value.dimensions
  alarm_actions       = [aws_sns_topic.alerts[startswith(each.key, "worker") ? "ticket" : "page"].arn]
  ok_actions          = [aws_sns_topic.alerts["ticket"].arn]
}

resource "aws_cloudwatch_metric_alarm" "error_ratio" {
  alarm_name          = "${local.name}-error-ratio"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts["page"].arn]

  metric_query {
    id          = "ratio"
    expression  = "100 * errors / requests"
    label       = "Errors in percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      errors   = "HTTPCode_Target_5XX_Count"
      requests = "RequestCount"
    }
    iterator = query

    content {
      id = query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = query.value
        period      = 60
        stat        = "Sum"
        dimensions  = { LoadBalancer = aws_lb.web.arn_suffix }
      }
    }
  }
}

check "database" {
  assert {
    condition     = aws_db_instance.main.storage_encrypted && !aws_db_instance.main.publicly_accessible
    error_message = "The database ${aws_db_instance.main.identifier} must be encrypted and private."
  }

  assert {
    condition     = length(module.network.data_subnet_ids) == length(distinct(local.azs))
    error_message = "Every availability zone needs a subnet for the database."
  }
}
