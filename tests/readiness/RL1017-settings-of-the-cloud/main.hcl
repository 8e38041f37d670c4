gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Promote?"
}

resource "aws_db_parameter_group" "orders" {
  name   = "orders"
  family = "postgres16"
}
