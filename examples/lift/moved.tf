moved {
  from = aws_security_group.alb
  to   = aws_security_group.lb
}

# The fleets became a module.
moved {
  from = aws_autoscaling_group.web
  to   = module.web.aws_autoscaling_group.this
}

moved {
  from = aws_launch_template.web
  to   = module.web.aws_launch_template.this
}
