topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "store" {
  count    = 2
  size_gib = 10
}

moved {
  from = cumulus_disk.data
  to   = cumulus_disk.store
}
