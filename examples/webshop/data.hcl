# What must not be lost: orders in a database, pictures in a bucket, and what locks them.

# A key never leaves its region, so each site has its own. A replica of an encrypted database is encrypted again, with
# the key of the site that it is in.
resource "aws_kms_key" "shop" {
  description             = "Orders and secrets of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.protected ? 30 : 7
}

# Orders: the source in the primary, a replica that follows it in the standby.

resource "aws_db_subnet_group" "orders" {
  name       = "${local.name}-orders"
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]
}

resource "aws_db_instance" "orders" {
  identifier     = "${local.name}-orders"
  engine         = "postgres"
  engine_version = "16.8"
  instance_class = "db.m7g.large"
  port           = local.database_port

  db_name  = "shop"
  username = "shop"
  password = var.database_password

  allocated_storage = 100
  storage_type      = "gp3"
  storage_encrypted = true
  kms_key_id        = aws_kms_key.shop.arn

  multi_az               = true
  db_subnet_group_name   = aws_db_subnet_group.orders.name
  vpc_security_group_ids = [aws_security_group.database.id]

  backup_retention_period   = 7 # a database without backups cannot have replicas
  copy_tags_to_snapshot     = true
  apply_immediately         = true
  deletion_protection       = var.protected
  skip_final_snapshot       = !var.protected
  final_snapshot_identifier = "${local.name}-orders-final"

  # In the standby, whatever its posture. What the source dictates (engine, names, password) is then left to it. Taking
  # this attribute away is a promotion, so only a failover or switchover does it, never a plain apply.
  standby { replicate_source_db = primary.aws_db_instance.orders.arn }

  # Only in a drill: a database of its own, from the newest backup of the standby's.
  drill { snapshot_identifier = "latest" }

  lifecycle { prevent_destroy = var.protected }
}

# Promoting a replica cannot be undone: somebody has to say yes.
gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Promote the orders in ${site.name}? The replica is ${aws_db_instance.orders.replica_lag_seconds} s behind."
}

# Pictures: a bucket in each site, and each copies to the other one. Copying in both directions from the start means
# that nothing has to be configured when roles change; S3 does not copy copies, so nothing goes round in circles.

resource "aws_s3_bucket" "media" {
  bucket        = "${replace(var.domain, ".", "-")}-${var.environment}-media-${site.region}"
  force_destroy = !var.protected
}

resource "aws_s3_bucket_versioning" "media" {
  bucket = aws_s3_bucket.media.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "media" {
  bucket = aws_s3_bucket_versioning.media.bucket # named through its versioning, which has to be on before
  role   = aws_iam_role.replication.arn

  rule {
    id       = "to-${site.peer}"
    priority = 1
    status   = "Enabled"

    filter {} # everything

    delete_marker_replication {
      status = "Enabled"
    }

    destination {
      bucket = "arn:aws:s3:::${sites[site.peer].aws_s3_bucket_versioning.media.bucket}"
    }
  }
}

resource "aws_iam_role" "replication" {
  name               = "${local.name}-replication"
  description        = "S3, copying pictures between the sites"
  assume_role_policy = data.aws_iam_policy_document.assume["replication"].json
}

resource "aws_iam_role_policy" "replication" {
  sites = all

  name = "from-${site.name}"
  role = aws_iam_role.replication.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Rules"
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = aws_s3_bucket.media.arn
      },
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
        Resource = "${aws_s3_bucket.media.arn}/*"
      },
      {
        Sid      = "Write"
        Effect   = "Allow"
        Action   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${sites[site.peer].aws_s3_bucket.media.arn}/*"
      },
    ]
  })
}

# The key of the payment service. The text is set by hand, once; Secrets Manager copies it to the other site, where it
# can be read under the same name after the first site is gone.

locals {
  payments_secret = "${local.name}/payments"
}

resource "aws_secretsmanager_secret" "payments" {
  sites = ["virginia"]

  name                    = local.payments_secret
  description             = "Key of the payment service"
  kms_key_id              = aws_kms_key.shop.arn
  recovery_window_in_days = var.protected ? 30 : 0

  # Under the key that Secrets Manager has in that region: the copy needs nothing of this one.
  replica {
    region = sites.oregon.region
  }
}
