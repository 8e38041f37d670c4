topology "shop" {
  objective {
    rto = "30m"
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
