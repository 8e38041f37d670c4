site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "pilot_light"
}
