# What serves, in both sites: a network, a load balancer, machines, a database.

resource "aws_vpc" "main" {
  cidr_block           = site.cidr
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.name }
}

resource "aws_subnet" "main" {
  for_each = toset(site.zones)

  vpc_id                  = aws_vpc.main.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(site.cidr, 8, index(site.zones, each.key))
  map_public_ip_on_launch = true

  tags = { Name = "${local.name}-${each.key}" }
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = { Name = local.name }
}

resource "aws_route_table_association" "main" {
  for_each = aws_subnet.main

  subnet_id      = each.value.id
  route_table_id = aws_route_table.main.id
}

# The world talks to the load balancer, the load balancer to the machines, the machines to the database.

resource "aws_security_group" "lb" {
  name        = "${local.name}-lb"
  description = "Load balancer"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "Customers"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "Machines"
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = [aws_vpc.main.cidr_block]
  }

  tags = { Name = "${local.name}-lb" }
}

resource "aws_security_group" "web" {
  name        = "${local.name}-web"
  description = "Machines"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "Load balancer"
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.lb.id]
  }

  egress {
    description = "Anywhere"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${local.name}-web" }
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Database"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "Machines"
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }

  tags = { Name = "${local.name}-database" }
}

# It stands in the standby too: to create one needs Route 53's control plane, to have one does not.
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
  port                 = 8080
  protocol             = "HTTP"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 30

  health_check {
    path                = "/healthz"
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

# The same image has another id in every region, so each site looks for its own.
data "aws_ami" "linux" {
  owners      = ["amazon"]
  most_recent = true

  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-kernel-6.1-arm64"]
  }
}

resource "aws_launch_template" "web" {
  name                   = "${local.name}-web"
  image_id               = data.aws_ami.linux.id
  instance_type          = "m7g.large"
  vpc_security_group_ids = [aws_security_group.web.id]
  update_default_version = true

  user_data = base64encode(<<-EOT
    #!/bin/sh
    echo "DATABASE_URL=postgres://app@${aws_db_instance.orders.address}:5432/app" >/etc/service.env
    systemctl enable --now service
    EOT
  )
}

resource "aws_autoscaling_group" "web" {
  name                = "${local.name}-web"
  min_size            = 2
  desired_capacity    = 4
  max_size            = 8
  vpc_zone_identifier = [for subnet in aws_subnet.main : subnet.id]
  target_group_arns   = [aws_lb_target_group.web.arn]
  health_check_type   = "ELB"

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }

  standby "warm" {
    min_size         = 1
    desired_capacity = 1
  }
}

resource "aws_db_subnet_group" "orders" {
  name       = "${local.name}-orders"
  subnet_ids = [for subnet in aws_subnet.main : subnet.id]
}

resource "aws_db_instance" "orders" {
  identifier     = "${local.name}-orders"
  engine         = "postgres"
  engine_version = "16.8"
  instance_class = "db.m7g.large"

  db_name  = "app"
  username = "app"
  password = var.database_password

  allocated_storage      = 100
  storage_type           = "gp3"
  db_subnet_group_name   = aws_db_subnet_group.orders.name
  vpc_security_group_ids = [aws_security_group.database.id]

  backup_retention_period = 7 # a database without backups cannot have replicas
  apply_immediately       = true
  skip_final_snapshot     = true

  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
}

probe "web" {
  http   = "http://${aws_lb.web.dns_name}/healthz" # the site's own door, before any traffic moves
  after  = [aws_autoscaling_group.web]
  within = "10m"
}
