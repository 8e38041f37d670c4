resource "aws_vpc" "missing" {
  enable_dns_support = "perhaps"
}

resource "aws_subnet" "missing" {}

resource "aws_lb" "words" {
  name               = "web"
  load_balancer_type = "netwrok"
  subnets            = { a = 1 }
}

resource "aws_eip" "types" {
  domain = ["vpc"]
}
