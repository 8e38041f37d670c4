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

resource "cumulus_disk" "data" {
  size_gib = 10
}

resource "cumulus_address" "web" {
  sites       = ["west"]
  description = "of ${sites.east.cumulus_disk.data.id}"
}
