resource "aws_eip" "wrong" {
  domain = "vpc"
  timeouts {
    read   = "15 minutes"
    update = "60"
    delete = "soon"
  }
}

resource "aws_eip" "right" {
  domain = "vpc"
  timeouts {
    read   = "1.5h"
    update = "1h30m"
    delete = "1500ms"
  }
}
