resource "aws_vcp" "kind" {
  cidr_block = "10.0.0.0/16"
}

data "aws_availability_zone" "kind" {}

resource "aws_vpc" "attributes" {
  cidr_blok          = "10.0.0.0/16"
  arn                = "set by the cloud"
  enable_dns_support = "perhaps"
  tags {
    a = "b"
  }
  timeout {}
}

resource "aws_lb" "values" {
  name               = "web"
  load_balancer_type = "netwrok"
  access_logs        = { bucket = "b" }
}

resource "google_compute_network" "other" {
  name = "x"
}
