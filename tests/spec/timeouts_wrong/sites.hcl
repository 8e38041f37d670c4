topology "t" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16", zones = ["us-east-1a", "us-east-1b"] }
}
