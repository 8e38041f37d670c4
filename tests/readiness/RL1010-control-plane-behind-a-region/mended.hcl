resource "aws_lb" "web" {
  name     = "web"
  internal = true
  subnets  = [for subnet in aws_subnet.app : subnet.id]
}
