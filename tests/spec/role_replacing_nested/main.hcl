# The block changes in place, but not what stands in it.
resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "t3.small"
  root_block_device {
    volume_size = 10
  }
  standby {
    root_block_device {
      volume_size = 8
      encrypted   = true
    }
  }
}
