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

# Nobody was declared primary in its place: what refers to the primary still means the lost one.
resource "cumulus_database" "orders" {
  name        = "orders-${site.name}"
  engine      = "postgres"
  storage_gib = 40
  labels      = { of = "shop" }
  standby { replica_of = primary.cumulus_database.orders.id }
}

data "cumulus_zones" "all" {}

resource "cumulus_address" "known" {
  sites       = ["west"]
  description = "of ${primary.cumulus_database.orders.name} in ${primary.data.cumulus_zones.all.id}"
}

resource "cumulus_address" "waits" {
  sites       = ["west"]
  description = "of ${primary.cumulus_database.orders.fingerprint}"
}

resource "cumulus_address" "free" {
  sites       = ["west"]
  description = "of ${primary.cumulus_database.orders.name}"
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_record" "orders" {
  sites   = all
  zone    = cumulus_zone.shop.id
  name    = "orders.shop.test"
  type    = "CNAME"
  set     = site.name
  answers = [cumulus_database.orders.endpoint]
  routing { role = "first" }
  standby {
    routing { role = "backup" }
  }
}
