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

resource "cumulus_disk" "data" {
  size_gib = 10
}

import {
  to = cumulus_disk.data
  id = "disk-9"
}
