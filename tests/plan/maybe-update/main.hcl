topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "data" {
  size_gib = 10
  image    = "base"
}

resource "cumulus_address" "web" {
  description = "beside ${cumulus_disk.data.id}"
}
