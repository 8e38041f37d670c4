# The later block wins: site, primary, standby, standby of a posture. The order in which they are written is no matter.
resource "aws_autoscaling_group" "web" {
  name               = "web"
  availability_zones = site.zones
  min_size           = 1
  max_size           = 100
  desired_capacity   = 10
  launch_configuration = null

  standby "warm" {
    max_size = 4
  }
  standby {
    max_size         = 3
    desired_capacity = 3
  }
  primary {
    max_size = 2
  }
  site "west" {
    max_size         = 1
    desired_capacity = 1
    min_size         = 0
  }
  launch_template {
    name = "web"
  }
}
