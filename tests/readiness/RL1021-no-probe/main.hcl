topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "other" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}
