resource "aws_db_instance" "orders" {
  identifier     = "orders"
  instance_class = "db.t3.medium"
  standby "warm" {
    replicate_source_db = primary.aws_db_instance.orders.arn
  }
}
