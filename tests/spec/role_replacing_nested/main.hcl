# The block changes in place, but not what stands in it.
resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "network"
  subnet_mapping {
    subnet_id = "subnet-1"
  }
  standby {
    subnet_mapping {
      subnet_id = "subnet-2"
    }
  }
}
