resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = "{}"
}
