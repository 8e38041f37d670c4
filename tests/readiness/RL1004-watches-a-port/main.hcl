resource "aws_db_instance" "orders" {
  instance_class    = "db.m7g.large"
  engine            = "postgres"
  allocated_storage = 20
  username          = "shop"
  password          = "for-tests-only"
  publicly_accessible = true
  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
}

gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Promote?"
}
