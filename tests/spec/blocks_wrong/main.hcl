resource "aws_autoscaling_group" "web" {
  name     = "web"
  min_size = 1
  max_size = 2
  launch_template {
    name = "a"
  }
  launch_template {
    name = "b"
  }
  tag {
    key = "x"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = "arn"
  port              = 80
}
