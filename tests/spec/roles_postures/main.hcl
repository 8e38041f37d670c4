resource "aws_autoscaling_group" "web" {
  name               = "web"
  availability_zones = site.zones
  min_size           = 6
  max_size           = 24
  standby "warm" {
    min_size = 2
  }
  standby "hot" {
    min_size = 4
  }
  launch_template {
    name = "web"
  }
}
