hook "tell" {
  on    = ["failover"]
  run   = ["./tell", aws_vpc.main.id]
  after = [aws_vpc.main]
}
