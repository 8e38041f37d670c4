resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "network"
  subnets            = ["subnet-1"]
  standby "pilot_light" {
    exists = false
  }
}

# It is there without the load balancer: an error that names both.
resource "terraform_data" "needs" {
  input = aws_lb.web.dns_name
}
