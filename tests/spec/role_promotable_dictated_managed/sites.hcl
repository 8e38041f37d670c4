topology "t" {}

site "north" {
  provider = "cumulus"
  region   = "north"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

site "west" {
  provider = "cumulus"
  region   = "west"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.2.0.0/16" }
}
