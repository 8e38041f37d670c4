# The data: a source in the primary, and a replica of it in each standby.

resource "aws_db_subnet_group" "orders" {
  name       = "${local.name}-orders"
  subnet_ids = [for subnet in aws_subnet.main : subnet.id]
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Database"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "Tasks"
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }

  tags = { Name = "${local.name}-database" }
}

resource "aws_db_instance" "orders" {
  identifier     = "${local.name}-orders"
  engine         = "postgres"
  engine_version = "16.8"
  instance_class = "db.m7g.large"

  db_name  = "app"
  username = "app"
  password = var.database_password

  allocated_storage      = 100
  storage_type           = "gp3"
  db_subnet_group_name   = aws_db_subnet_group.orders.name
  vpc_security_group_ids = [aws_security_group.database.id]

  backup_retention_period = 7 # a database without backups cannot have replicas
  apply_immediately       = true
  skip_final_snapshot     = true

  # Of two standbys, the one that does not take over goes on following the lost source until `reprotect`.
  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
}
