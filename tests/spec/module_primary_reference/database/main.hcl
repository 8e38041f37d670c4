variable "name" {
  type = string
}

resource "aws_db_instance" "this" {
  identifier        = var.name
  instance_class    = "db.t3.medium"
  engine            = "postgres"
  username          = "admin"
  allocated_storage = 20
  standby {
    replicate_source_db = primary.aws_db_instance.this.arn
  }
}
