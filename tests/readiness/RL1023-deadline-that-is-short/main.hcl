topology "shop" {}

site "north" {
  provider = "cumulus"
  region   = "north-1"
  role     = "primary"
}

site "south" {
  provider = "cumulus"
  region   = "south-1"
  role     = "standby"
  posture  = "warm"
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

resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  target_size = 6
  template {
    image          = "base"
    startup_script = "systemctl start shop"
  }
  standby { target_size = 2 }
  
}
