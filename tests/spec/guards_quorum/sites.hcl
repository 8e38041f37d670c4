topology "t" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16", zones = ["us-east-1a", "us-east-1b"] }
}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.2.0.0/16", zones = ["us-west-2a", "us-west-2b"] }
}
