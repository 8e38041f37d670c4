resource "aws_db_instance" "orders" {
  identifier        = "orders"
  instance_class    = "db.t3.medium"
  engine            = "postgres"
  username          = "admin"
  allocated_storage = 20
  standby {
    replicate_source_db = primary.aws_db_instance.orders.arn
  }
}
