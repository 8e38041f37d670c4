resource "aws_lb" "web" {
  name    = "web"
  subnets = ["subnet-1"]
}

# The same person twice is one person.
gate "promote" {
  before    = [aws_lb.web]
  message   = "Promote?"
  approvers = ["ann", "ann"]
  quorum    = 2
}
