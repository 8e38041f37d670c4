resource "aws_db_instance" "orders" {
  identifier        = "orders"
  instance_class    = "db.t3.medium"
  engine            = "postgres"
  engine_version    = "16.4"
  username          = "admin"
  allocated_storage = 20
  db_name           = "orders"
  standby {
    replicate_source_db = primary.aws_db_instance.orders.arn
  }
}
