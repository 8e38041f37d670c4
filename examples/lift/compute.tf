locals {
  user_data = {
    for service, access in local.services : service => templatefile("${path.module}/templates/user-data.sh.tftpl", {
      service   = service
      region    = data.aws_region.current.name
      database  = "${aws_db_instance.main.address}:${aws_db_instance.main.port}"
      buckets   = { for bucket in access.buckets : bucket => aws_s3_bucket.data[bucket].id }
      secrets   = sort([for secret in aws_secretsmanager_secret.app : secret.arn])
      artifacts = aws_s3_bucket.artifacts.id
      environment = merge(
        { stage = var.environment },
        access.sessions ? { sessions_table = aws_dynamodb_table.sessions.name } : {},
      )
    })
  }
}

module "web" {
  source = "./modules/fleet"

  name                 = "${local.name}-web"
  vpc_id               = module.network.vpc_id
  subnet_ids           = module.network.private_subnet_ids
  image_id             = data.aws_ami.al2023.id
  instance_type        = var.web.instance_type
  instance_profile_arn = aws_iam_instance_profile.service["web"].arn
  user_data            = local.user_data["web"]
  capacity             = var.web
  target_group_arns    = [aws_lb_target_group.web.arn]

  ingress = {
    "from the load balancer" = { port = 8080, security_group_id = aws_security_group.lb.id }
    "from the bastion"       = { port = 22, security_group_id = aws_security_group.bastion.id }
  }

  tags = { Service = "web" }
}

module "worker" {
  source = "./modules/fleet"

  name                 = "${local.name}-worker"
  vpc_id               = module.network.vpc_id
  subnet_ids           = module.network.private_subnet_ids
  image_id             = var.worker_image_id
  instance_type        = var.worker.instance_type
  instance_profile_arn = aws_iam_instance_profile.service["worker"].arn
  user_data            = local.user_data["worker"]
  capacity             = var.worker

  ingress = {
    "from the bastion" = { port = 22, security_group_id = aws_security_group.bastion.id }
  }

  volumes = [
    { device_name = "/dev/xvda", size_gib = 30 },
    { device_name = "/dev/xvdb", size_gib = 200, iops = 4000, throughput = 250 },
  ]

  tags = { Service = "worker" }

  depends_on = [aws_iam_role_policy.service]
}

resource "aws_security_group" "bastion" {
  name        = "${local.name}-bastion"
  description = "Jump host"
  vpc_id      = module.network.vpc_id

  dynamic "ingress" {
    for_each = var.bastion.networks

    content {
      description = ingress.value.description
      cidr_blocks = [ingress.value.cidr]
      protocol    = "tcp"
      from_port   = 22
      to_port     = 22
    }
  }

  egress {
    cidr_blocks = ["0.0.0.0/0"]
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
  }

  tags = { Name = "${local.name}-bastion" }
}

# A new generation is a new host.
resource "terraform_data" "bastion_generation" {
  input = var.bastion.generation
}

resource "aws_instance" "bastion" {
  count = var.bastion.enabled ? 1 : 0

  ami                         = data.aws_ami.al2023.id
  instance_type               = var.bastion.instance_type
  subnet_id                   = element(module.network.public_subnet_ids, count.index)
  vpc_security_group_ids      = [aws_security_group.bastion.id]
  associate_public_ip_address = true

  user_data = <<-EOT
    #!/bin/bash
    set -eu
    dnf install -y postgresql16
    hostnamectl set-hostname ${local.name}-bastion
    %{for network in var.bastion.networks~}
    echo "sshd: ${network.cidr}" >> /etc/hosts.allow
    %{endfor~}
  EOT

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
  }

  tags = { Name = "${local.name}-bastion" }

  lifecycle {
    ignore_changes       = [ami]
    replace_triggered_by = [terraform_data.bastion_generation]
  }
}
