resource "aws_kms_key" "data" {
  description             = "Data of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Services"
        Effect    = "Allow"
        Principal = { AWS = [for role in aws_iam_role.service : role.arn] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "data" {
  name          = "alias/${local.name}-data"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_s3_bucket" "data" {
  for_each = local.buckets

  bucket = "${local.name}-${each.key}-${data.aws_region.current.name}"

  tags = { Class = each.value.class }
}

resource "aws_s3_bucket_versioning" "data" {
  for_each = { for name, bucket in local.buckets : name => bucket if bucket.versioned }

  bucket = aws_s3_bucket.data[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

# A second copy of what customers sent, out of the services' reach.
resource "aws_s3_bucket_replication_configuration" "documents" {
  bucket = aws_s3_bucket.data["documents"].id
  role   = aws_iam_role.replication.arn

  rule {
    id       = "archive"
    priority = 1
    status   = "Enabled"

    filter {
      prefix = "signed/"
    }

    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      bucket        = aws_s3_bucket.data["archive"].arn
      storage_class = "GLACIER_IR"
    }
  }

  depends_on = [aws_s3_bucket_versioning.data]
}

# Older than the rule that a bucket's name ends with its region.
resource "aws_s3_bucket" "artifacts" {
  bucket        = "${local.name}-artifacts"
  force_destroy = true

  tags = { Class = "derived" }
}

resource "aws_secretsmanager_secret" "app" {
  for_each = toset(["partner-api", "signing-key"])

  name                    = "${local.name}/${each.key}"
  description             = "The ${replace(each.key, "-", " ")} of ${local.application}"
  kms_key_id              = aws_kms_key.data.arn
  recovery_window_in_days = local.is_production ? 30 : 0
}
