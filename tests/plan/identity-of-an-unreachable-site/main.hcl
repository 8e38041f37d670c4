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

resource "cumulus_database" "orders" {
  name        = "orders-${site.name}"
  engine      = "postgres"
  storage_gib = 20
}

# What is made of the name is known while the site is silent, the account by what the same credentials show elsewhere.
resource "cumulus_address" "named" {
  sites       = ["west"]
  description = "${sites.east.cumulus_database.orders.id} at ${sites.east.cumulus_database.orders.endpoint}"
}

# What the cloud chooses is not.
resource "cumulus_address" "chosen" {
  sites       = ["west"]
  description = sites.east.cumulus_database.orders.fingerprint
}
