topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
}

resource "cumulus_address" "web" {}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_record" "site" {
  sites   = all
  zone    = cumulus_zone.shop.id
  name    = "${site.name}.shop.test"
  type    = "A"
  answers = [cumulus_address.web.address]
}

# What stood in it is forgotten; its records in the zone go, or they would answer for it for ever.
removed {
  from = site.west
}

# This one is given up as it is.
removed {
  from = cumulus_record.kept
  lifecycle {
    destroy = false
  }
}
