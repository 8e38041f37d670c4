topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "data" {
  size_gib = 20
}

resource "cumulus_address" "web" {
  description = "at ${cumulus_disk.data.fingerprint}"
}

resource "cumulus_address" "other" {
  description = "of ${cumulus_disk.data.made_at}"
}
