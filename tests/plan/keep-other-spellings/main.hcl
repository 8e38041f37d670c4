topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.1.2.3/16"
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "Shop.Test."
}

resource "cumulus_database" "orders" {
  name        = "orders"
  engine      = "postgres"
  storage_gib = 20
  flags_json  = jsonencode({ b = 2, a = [1] })
}
