topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_disk" "data" {
  size_gib = 10
}

resource "cumulus_address" "web" {}

output "disk" {
  value = cumulus_disk.data.made_at
}

output "address" {
  value = upper(cumulus_address.web.address)
}
