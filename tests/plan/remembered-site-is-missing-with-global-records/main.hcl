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
