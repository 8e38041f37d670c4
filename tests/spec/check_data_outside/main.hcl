check "zones" {
  data "aws_availability_zones" "here" {
    stat = "available"
  }
  assert {
    condition     = length(data.aws_availability_zones.here.names) > 0
    error_message = "No zones."
  }
}

output "zones" {
  value = data.aws_availability_zones.here.names
}
