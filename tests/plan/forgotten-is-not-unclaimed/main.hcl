topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "other" {
  size_gib = 10
}

removed {
  from = cumulus_disk.data
  lifecycle { destroy = false }
}
