resource "aws_route53_health_check" "lag" {
  type                            = "CLOUDWATCH_METRIC"
  cloudwatch_alarm_name           = "web-errors"
  cloudwatch_alarm_region         = sites.virginia.region
  insufficient_data_health_status = "Unhealthy"
}
