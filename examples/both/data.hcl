# One table in two regions, and both are written to: the last writer of an item wins, so each customer's items are best
# written where the customer is served.
#
# The table is asked for in one region, and DynamoDB makes the replica. It is as good as the first: nothing is promoted
# when the region of the first is lost, and nothing of it has to be changed.
resource "aws_dynamodb_table" "carts" {
  sites = ["virginia"]

  name             = "${local.name}-carts"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "customer"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "customer"
    type = "S"
  }

  replica {
    region_name = sites.oregon.region
  }
}

# IAM is global: one role for the tasks of both sites.
resource "aws_iam_role" "web" {
  name        = "${local.name}-web"
  description = "Tasks of the service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
      },
    ]
  })
}

resource "aws_iam_role_policy" "carts" {
  name = "carts"
  role = aws_iam_role.web.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:*:*:table/${aws_dynamodb_table.carts.name}"
      },
    ]
  })
}
