topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_database" "orders" {
  name        = "orders"
  engine      = "mysql"
  storage_gib = 20
  lifecycle { create_before_destroy = true }
}
