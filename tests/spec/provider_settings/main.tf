provider "aws" {
  region  = "us-east-1"
  profile = "main"
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }
}

provider "aws" {
  alias   = "dns"
  profile = "dns"
}

# A global object in another account.
resource "aws_iam_role" "dns" {
  provider           = aws.dns
  name               = "dns"
  assume_role_policy = "{}"
}
