topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}
