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

resource "cumulus_record" "www" {
  zone    = cumulus_zone.shop.id
  name    = "www.shop.test"
  type    = "A"
  answers = ["192.0.2.1"]
}

import {
  to = cumulus_record.www
  id = "projects/p/zones/shop/www.shop.test/A"
}
