# What serves: a load balancer, and machines behind it.

# The load balancer stands in every posture, even without machines: creating one needs Route 53's control plane, which
# lives in us-east-1 and may be gone on the day when it matters.
resource "aws_lb" "web" {
  name                       = "${local.name}-web"
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.lb.id]
  subnets                    = [for subnet in aws_subnet.public : subnet.id]
  drop_invalid_header_fields = true
}

resource "aws_lb_target_group" "web" {
  name                 = "${local.name}-web"
  port                 = local.app_port
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

# A shop with real customers listens on 443: issue a certificate in each region beforehand, name it in the sites'
# values, and set certificate_arn = site.certificate_arn.
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = local.http_port
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

# Everything that a machine needs at its start comes from its own site: the region, the bucket, the database.
resource "aws_launch_template" "web" {
  name                   = "${local.name}-web"
  image_id               = data.aws_ami.linux.id
  instance_type          = var.instance_type
  vpc_security_group_ids = [aws_security_group.web.id]
  update_default_version = true

  user_data = base64encode(<<-EOT
    #!/bin/sh
    cat >/etc/webshop.env <<'ENV'
    AWS_REGION=${site.region}
    DATABASE_URL=postgres://shop@${aws_db_instance.orders.address}:${local.database_port}/shop
    MEDIA_BUCKET=${aws_s3_bucket.media.bucket}
    PAYMENTS_SECRET=${local.payments_secret}
    ENV
    systemctl enable --now webshop
    EOT
  )

  iam_instance_profile {
    arn = aws_iam_instance_profile.web.arn
  }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${local.name}-web" }
  }
}

# The body says what a primary runs. A hot standby has no block of its own and so runs the same.
resource "aws_autoscaling_group" "web" {
  name                      = "${local.name}-web"
  min_size                  = 4
  desired_capacity          = 6
  max_size                  = 12 # in every posture: the standby must be able to grow to what the primary needs
  vpc_zone_identifier       = [for subnet in aws_subnet.private : subnet.id]
  target_group_arns         = [aws_lb_target_group.web.arn]
  health_check_type         = "ELB"
  health_check_grace_period = 120

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }

  tag {
    key                 = "Name"
    value               = "${local.name}-web"
    propagate_at_launch = true
  }

  # Data only: no machine runs.
  standby "pilot_light" {
    min_size         = 0
    desired_capacity = 0
  }

  # Small but complete: one machine in each zone proves every day that the standby works.
  standby "warm" {
    min_size         = 2
    desired_capacity = 2
  }

  # A machine that starts before it has a way out fails to start.
  depends_on = [aws_route.nat]
}

# Who the machines are. IAM is global, so one role and one profile do for both sites.

data "aws_iam_policy_document" "assume" {
  for_each = {
    web         = "ec2.amazonaws.com"
    replication = "s3.amazonaws.com"
  }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "web" {
  name               = "${local.name}-web"
  description        = "Machines of the shop"
  assume_role_policy = data.aws_iam_policy_document.assume["web"].json
}

resource "aws_iam_instance_profile" "web" {
  name = aws_iam_role.web.name
  role = aws_iam_role.web.name
}

# A shell on a machine without opening a port.
resource "aws_iam_role_policy" "shell" {
  name = "shell"
  role = aws_iam_role.web.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Sessions"
        Effect = "Allow"
        Action = [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ]
  })
}

# What the machines may do speaks of one site's bucket and key: one policy for each site, all of them on the one role,
# and all of them there before anything happens. Nothing in a recovery may depend on writing to IAM.
resource "aws_iam_role_policy" "web" {
  sites = all

  name = "shop-${site.name}"
  role = aws_iam_role.web.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Media"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.media.arn}/*"
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "arn:aws:secretsmanager:${site.region}:*:secret:${local.payments_secret}-*"
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.shop.arn
      },
    ]
  })
}

# What "up" means. When a site takes over, relight asks until the answer is right; that stops the clock of the recovery.
probe "web" {
  http   = "http://${aws_lb.web.dns_name}/healthz" # the site's own door, before any traffic moves
  after  = [aws_autoscaling_group.web]
  within = "10m"
}
