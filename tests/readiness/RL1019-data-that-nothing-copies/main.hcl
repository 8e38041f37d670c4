gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Promote?"
}
