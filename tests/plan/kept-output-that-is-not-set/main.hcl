topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_database" "orders" {
  name        = "orders"
  engine      = "postgres"
  storage_gib = 20
}

resource "cumulus_address" "web" {
  description = coalesce(cumulus_database.orders.flags_json, "none")
}
