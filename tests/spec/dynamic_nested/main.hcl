locals {
  listeners = [
    { port = 80, groups = { blue = 90, green = 10 } },
  ]
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = "arn"
  port              = 80
  dynamic "default_action" {
    for_each = local.listeners
    content {
      type = "forward"
      forward {
        dynamic "target_group" {
          for_each = default_action.value.groups
          iterator = group
          content {
            arn    = "${group.key}-${default_action.value.port}"
            weight = group.value
          }
        }
      }
    }
  }
}
