topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

site "west" {
  provider = "cumulus"
  region   = "west"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.2.0.0/16" }
}

resource "cumulus_database" "orders" {
  name        = "orders-${site.name}"
  engine      = "postgres"
  storage_gib = 20
  standby { replica_of = primary.cumulus_database.orders.id }
}
