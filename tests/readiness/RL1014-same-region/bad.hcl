topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "other" {
  provider = "aws"
  region   = "us-east-1"
  role     = "standby"
  posture  = "warm"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}
