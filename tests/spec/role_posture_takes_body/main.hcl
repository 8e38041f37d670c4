# Nothing is said of `warm`, which is bigger than `hot` then: it takes the body.
resource "aws_autoscaling_group" "web" {
  name               = "web"
  availability_zones = site.zones
  min_size           = 6
  max_size           = 24
  desired_capacity   = 12
  standby "pilot_light" {
    min_size         = 0
    desired_capacity = 0
  }
  standby "hot" {
    min_size         = 4
    desired_capacity = 8
  }
  launch_template {
    name = "web"
  }
}

# Nothing to note: each posture is at least as big as the one below.
resource "aws_autoscaling_group" "fine" {
  name               = "fine"
  availability_zones = site.zones
  min_size           = 6
  max_size           = 24
  standby "pilot_light" {
    min_size = 0
  }
  standby "warm" {
    min_size = 2
  }
  launch_template {
    name = "web"
  }
}

resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "network"
  subnets            = ["subnet-1"]
  standby "hot" {
    exists = false
  }
}
