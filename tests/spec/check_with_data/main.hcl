check "zones" {
  data "aws_availability_zones" "here" {
    state = "available"
  }
  assert {
    condition     = length(data.aws_availability_zones.here.names) == 2
    error_message = "There are ${length(data.aws_availability_zones.here.names)} zones in ${site.name}."
  }
}
