variable "password" {
  type      = string
  sensitive = true
  default   = "secret"
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  instance_class    = "db.t3.medium"
  engine            = "postgres"
  username          = "admin"
  password          = var.password
  allocated_storage = 20
}

output "shown" {
  value = "postgres://admin:${var.password}@host"
}

output "inside" {
  value = { password = aws_db_instance.orders.password }
}

output "hidden" {
  value     = var.password
  sensitive = true
}

output "declassified" {
  value = nonsensitive(var.password)
}
