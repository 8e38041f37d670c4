data "aws_availability_zones" "all" {}

# It is not read before the other one has answered, though `try` would have a value for it.
data "aws_availability_zones" "rest" {
  exclude_names = try([data.aws_availability_zones.all.names[0]], [])
}

output "rest" {
  value = data.aws_availability_zones.rest.names
}
