gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Promote?"
}

resource "aws_db_instance" "orders" {
  instance_class    = "db.m7g.large"
  engine            = "postgres"
  allocated_storage = 20
  username          = "shop"
  password          = "for-tests-only"
  standby { exists = false }
  site "second" { snapshot_identifier = "latest" }
}
