topology "shop" {
  objective {
    rpo = "5m"
  }
}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}
