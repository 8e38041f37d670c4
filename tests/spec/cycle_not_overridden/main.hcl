# In the primary another block counts, so that the body's reference leads nowhere there.
resource "aws_db_instance" "orders" {
  identifier          = "orders"
  instance_class      = "db.t3.medium"
  engine              = "postgres"
  username            = "admin"
  allocated_storage   = 20
  replicate_source_db = primary.aws_db_instance.orders.arn
  primary {
    replicate_source_db = null
  }
}
