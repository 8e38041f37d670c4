data "aws_iam_policy_document" "assume" {
  for_each = {
    ec2        = "ec2.amazonaws.com"
    monitoring = "monitoring.rds.amazonaws.com"
    s3         = "s3.amazonaws.com"
  }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "service" {
  for_each = local.services

  name                 = "${local.name}-${each.key}"
  description          = "Instances of the ${each.key} service"
  path                 = "/${local.application}/"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.assume["ec2"].json
}

resource "aws_iam_instance_profile" "service" {
  for_each = local.services

  name = aws_iam_role.service[each.key].name
  path = "/${local.application}/"
  role = aws_iam_role.service[each.key].name
}

resource "aws_iam_role_policy_attachment" "service" {
  for_each = local.service_policies

  role       = aws_iam_role.service[each.value.service].name
  policy_arn = each.value.policy_arn
}

data "aws_iam_policy_document" "service" {
  for_each = local.services

  statement {
    sid       = "Artifacts"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.artifacts.arn}/${each.key}/*"]
  }

  statement {
    sid     = "Buckets"
    actions = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
    resources = flatten([
      for bucket in each.value.buckets : [
        aws_s3_bucket.data[bucket].arn,
        "${aws_s3_bucket.data[bucket].arn}/*",
      ]
    ])
  }

  statement {
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.app : secret.arn]
  }

  dynamic "statement" {
    for_each = each.value.sessions ? [aws_dynamodb_table.sessions.arn] : []

    content {
      sid       = "Sessions"
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"]
      resources = [statement.value, "${statement.value}/index/*"]
    }
  }
}

resource "aws_iam_role_policy" "service" {
  for_each = local.services

  name   = "data-access"
  role   = aws_iam_role.service[each.key].id
  policy = data.aws_iam_policy_document.service[each.key].json
}

resource "aws_iam_role" "database_monitoring" {
  name               = "${local.name}-database-monitoring"
  assume_role_policy = data.aws_iam_policy_document.assume["monitoring"].json
}

resource "aws_iam_role_policy_attachment" "database_monitoring" {
  role       = aws_iam_role.database_monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

# The account stands in the condition: S3 may not use this role for somebody else.
data "aws_iam_policy_document" "replication_assume" {
  source_policy_documents = [data.aws_iam_policy_document.assume["s3"].json]

  statement {
    sid     = "OwnAccountOnly"
    effect  = "Deny"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role" "replication" {
  name               = "${local.name}-replication"
  assume_role_policy = data.aws_iam_policy_document.replication_assume.json
}

resource "aws_iam_role_policy" "replication" {
  name = "replicate"
  role = aws_iam_role.replication.id

  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersion*"],
          "Resource": ["arn:aws:s3:::${local.name}-documents-*"]
        },
        {
          "Effect": "Allow",
          "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
          "Resource": ${jsonencode([for name, bucket in local.buckets : "arn:aws:s3:::${local.name}-${name}-*/*" if bucket.versioned])}
        }
      ]
    }
  EOT
}
