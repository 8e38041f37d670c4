resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "PostgreSQL"
  vpc_id      = module.network.vpc_id

  tags = { Name = "${local.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each = {
    web     = module.web.security_group_id
    worker  = module.worker.security_group_id
    bastion = aws_security_group.bastion.id
  }

  security_group_id            = aws_security_group.database.id
  description                  = each.key
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432

  tags = { Name = "from ${each.key}" }
}

resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = module.network.data_subnet_ids
}

resource "aws_db_instance" "main" {
  identifier     = local.name
  engine         = "postgres"
  engine_version = var.database.engine_version
  instance_class = var.database.instance_class
  port           = 5432

  db_name                     = "parcel"
  username                    = "parcel"
  manage_master_user_password = true

  allocated_storage     = var.database.storage_gib
  max_allocated_storage = var.database.storage_limit_gib
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.data.arn

  multi_az               = local.is_production
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  backup_retention_period   = var.database.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  deletion_protection       = local.is_production
  skip_final_snapshot       = !local.is_production
  final_snapshot_identifier = "${local.name}-final"

  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.database_monitoring.arn
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  timeouts {
    create = "90m"
    update = "2h"
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [engine_version]

    precondition {
      condition     = !local.is_production || var.database.backup_days >= 7
      error_message = "Production keeps at least a week of backups."
    }
  }

  depends_on = [aws_iam_role_policy_attachment.database_monitoring]
}

resource "aws_dynamodb_table" "sessions" {
  name                        = "${local.name}-sessions"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "session"
  deletion_protection_enabled = false

  dynamic "attribute" {
    for_each = { session = "S", customer = "S", opened = "N" }

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  global_secondary_index {
    name            = "by-customer"
    hash_key        = "customer"
    range_key       = "opened"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}
