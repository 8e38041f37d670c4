topology "t" {}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "hot"
}
