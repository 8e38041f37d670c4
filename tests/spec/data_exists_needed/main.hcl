data "aws_availability_zones" "here" {
  exists = site.role == "primary"
}

resource "terraform_data" "needs" {
  input = data.aws_availability_zones.here.names
}
