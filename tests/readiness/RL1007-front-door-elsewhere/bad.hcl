resource "aws_eip" "web" {}
