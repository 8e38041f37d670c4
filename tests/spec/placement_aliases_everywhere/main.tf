# Global kinds need no site without an alias.
resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = "{}"
}

resource "aws_vpc" "nowhere" {
  cidr_block = "10.1.0.0/16"
}
