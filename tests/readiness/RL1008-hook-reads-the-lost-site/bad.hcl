hook "tell" {
  on    = ["failover"]
  run   = ["./tell", sites.virginia.aws_vpc.main.id]
  after = [aws_vpc.main]
}
