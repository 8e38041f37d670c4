topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
}

site "west" {
  provider = "cumulus"
  region   = "west"
  role     = "standby"
  posture  = "warm"
}

data "cumulus_zones" "all" {}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_zone" "other" {
  name     = "other"
  dns_name = "other.test"
}

# Which ones there are, only the site tells.
resource "cumulus_record" "zone" {
  sites    = all
  for_each = toset(data.cumulus_zones.all.names)
  zone     = cumulus_zone.shop.id
  name     = "${each.key}.shop.test"
  type     = "TXT"
  answers  = [site.name]
}
