topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
}

site "west" {
  provider = "cumulus"
  region   = "west"
  role     = "standby"
  posture  = "warm"
}

data "cumulus_zones" "all" {}

data "cumulus_zones" "first" {
  prefix = data.cumulus_zones.all.names[0]
}

# How many there are in a site, only the site tells.
resource "cumulus_disk" "data" {
  for_each = toset(data.cumulus_zones.all.names)
  size_gib = 20
}

resource "cumulus_address" "web" {
  description = "in ${one(data.cumulus_zones.first.names)}"
}

resource "cumulus_address" "spare" {
  exists      = length(data.cumulus_zones.all.names) > 2
  description = join(",", [for disk in cumulus_disk.data : disk.size_gib])
}

# It stands elsewhere and needs what another site tells.
resource "cumulus_address" "other" {
  sites       = ["west"]
  description = "beside ${sites.east.data.cumulus_zones.all.names[0]}"
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

# One for each site, in a place that can be reached.
resource "cumulus_record" "site" {
  sites   = all
  zone    = cumulus_zone.shop.id
  name    = "${site.name}.shop.test"
  type    = "TXT"
  answers = data.cumulus_zones.all.names
}

resource "cumulus_record" "zone" {
  sites    = all
  for_each = toset(data.cumulus_zones.all.names)
  zone     = cumulus_zone.shop.id
  name     = "${each.key}.shop.test"
  type     = "TXT"
  answers  = [site.name]
}

output "zones" {
  value = data.cumulus_zones.all.names
}

check "zones" {
  assert {
    condition     = length(data.cumulus_zones.all.names) == 3
    error_message = "There should be three."
  }
}
