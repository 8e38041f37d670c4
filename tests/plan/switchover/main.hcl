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

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.0.0.0/16"
}

# In the east it is fenced first and put aside last; in the west it is promoted once it has everything.
resource "cumulus_database" "orders" {
  name        = "orders-${site.name}"
  engine      = "postgres"
  storage_gib = 20
  standby { replica_of = primary.cumulus_database.orders.id }
}

# It is told where the data are: in the east by what stands there anew.
resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  min_size    = 4
  target_size = 6
  template {
    image = "for ${cumulus_database.orders.fingerprint}"
  }
  standby {
    min_size    = 1
    target_size = 2
  }
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_record" "www" {
  sites   = ["east", "west"]
  zone    = cumulus_zone.shop.id
  name    = "www.shop.test"
  type    = "CNAME"
  set     = site.name
  answers = ["www-${site.name}.shop.test"]
  routing { role = "first" }
  standby {
    routing { role = "backup" }
  }
}
