topology "shop" {}

site "north" {
  provider = "cumulus"
  region   = "north-1"
  role     = "primary"
}

site "south" {
  provider = "cumulus"
  region   = "south-1"
  role     = "primary"
}

probe "up" {
  tcp = "${site.name}.shop.example:443"
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.0.0.0/24"
}
