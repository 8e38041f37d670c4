# What serves, in both sites: a load balancer, and tasks behind it.

resource "aws_lb" "web" {
  name                       = "${local.name}-web"
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.lb.id]
  subnets                    = [for subnet in aws_subnet.main : subnet.id]
  drop_invalid_header_fields = true

  depends_on = [aws_internet_gateway.main]
}

resource "aws_lb_target_group" "web" {
  name                 = "${local.name}-web"
  port                 = 80
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 30

  health_check {
    path                = "/"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_cluster" "main" {
  name = local.name
}

resource "aws_ecs_task_definition" "web" {
  family                   = "${local.name}-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  task_role_arn            = aws_iam_role.web.arn

  container_definitions = jsonencode([
    {
      name         = "web"
      image        = var.image
      essential    = true
      portMappings = [{ containerPort = 80, protocol = "tcp" }]
      environment = [
        { name = "AWS_REGION", value = site.region },
        { name = "CARTS", value = aws_dynamodb_table.carts.name },
      ]
    },
  ])
}

# Each site runs what the whole load takes, not the half of it: what has to grow on the day when the other one is lost
# asks for machines together with everybody else.
resource "aws_ecs_service" "web" {
  name            = "${local.name}-web"
  cluster         = aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"
  desired_count   = var.tasks

  health_check_grace_period_seconds = 60

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }

  network_configuration {
    subnets          = [for subnet in aws_subnet.main : subnet.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }

  depends_on = [aws_lb_listener.http, aws_iam_role_policy.carts]
}
