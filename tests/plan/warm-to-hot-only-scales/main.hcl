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
  posture  = "hot"
  values   = { cidr = "10.2.0.0/16" }
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = site.cidr
}

resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  min_size    = 4
  target_size = 6
  template {
    image = "base"
  }
  standby "pilot_light" {
    min_size    = 0
    target_size = 0
  }
  standby "warm" {
    min_size    = 1
    target_size = 2
  }
}
