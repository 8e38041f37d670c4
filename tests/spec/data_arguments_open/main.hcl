resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

data "aws_availability_zones" "here" {
  state = aws_vpc.main.id
}

output "zones" {
  value = data.aws_availability_zones.here.names
}
