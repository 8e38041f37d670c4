resource "aws_sns_topic" "alerts" {
  name         = "alerts"
  display_name = sites.virginia.aws_vpc.main.id
  standby { exists = false }
}
