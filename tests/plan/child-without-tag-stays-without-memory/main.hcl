topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}
