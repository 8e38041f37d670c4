topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "data" {
  count    = 20
  size_gib = 10
}

resource "cumulus_address" "web" {
  count       = 2
  description = join(",", cumulus_disk.data[*].id)
}
