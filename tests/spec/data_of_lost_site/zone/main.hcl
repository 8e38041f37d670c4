variable "zone" {
  type = string
}

data "cumulus_zones" "here" {
  prefix = var.zone
}

resource "cumulus_disk" "data" {
  size_gib = length(data.cumulus_zones.here.names)
}

output "zone" {
  value = one(data.cumulus_zones.here.names)
}
