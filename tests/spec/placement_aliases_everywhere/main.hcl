topology "t" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  alias    = "east"
}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
  alias    = "west"
}
