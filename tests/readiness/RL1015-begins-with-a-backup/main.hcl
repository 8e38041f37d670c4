topology "shop" {}

site "first" {
  provider = "aws"
  region   = "eu-west-1"
  role     = "primary"
}

site "second" {
  provider = "aws"
  region   = "eu-central-1"
  role     = "standby"
  posture  = "pilot_light"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}
