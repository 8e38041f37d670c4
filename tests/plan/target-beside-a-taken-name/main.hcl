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

resource "cumulus_disk" "data" {
  size_gib = 10
}
