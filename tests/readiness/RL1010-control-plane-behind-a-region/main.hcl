topology "shop" {}

site "first" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "second" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "pilot_light"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "app" {
  for_each   = toset(["10.0.0.0/24", "10.0.1.0/24"])
  vpc_id     = aws_vpc.main.id
  cidr_block = each.key
}
