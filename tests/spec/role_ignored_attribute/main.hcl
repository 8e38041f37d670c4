resource "aws_autoscaling_group" "web" {
  name               = "web"
  availability_zones = site.zones
  min_size           = 6
  max_size           = 24
  desired_capacity   = 12
  launch_template {
    name = "web"
  }
  standby {
    desired_capacity = 2
    min_size         = 1
  }
  lifecycle {
    ignore_changes = [desired_capacity, tag]
  }
}
