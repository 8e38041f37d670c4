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
  posture  = "hot"
}

# Nobody asks the site that is lost: not even how many there are of what follows is known there.
data "cumulus_zones" "all" {}

data "cumulus_zones" "each" {
  for_each = toset(data.cumulus_zones.all.names)
  prefix   = each.key
}

module "zone" {
  source   = "./zone"
  for_each = toset(data.cumulus_zones.all.names)
  zone     = each.key
}

resource "cumulus_address" "some" {
  count       = length(data.cumulus_zones.all.names)
  description = data.cumulus_zones.each[data.cumulus_zones.all.names[count.index]].id
}

resource "cumulus_address" "one" {
  exists      = contains(data.cumulus_zones.all.names, "west-a")
  description = module.zone["west-a"].zone
}

resource "cumulus_address" "sum" {
  description = "${length(cumulus_address.some)} ${join(",", keys(module.zone))} ${cumulus_address.one.description}"
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.0.0.0/16"
  dynamic "secondary_range" {
    for_each = data.cumulus_zones.all.names
    content {
      range_name    = secondary_range.value
      ip_cidr_range = cidrsubnet("10.1.0.0/16", 8, secondary_range.key)
    }
  }
}

resource "cumulus_disk" "guarded" {
  size_gib = 10
  lifecycle {
    prevent_destroy = length(data.cumulus_zones.all.names) > 1
  }
}

output "count" {
  value = length(data.cumulus_zones.all.names)
}

output "zones" {
  value = { for key, zone in module.zone : key => zone.zone }
}
