topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_address" "web" {
  description = "new"
}

resource "cumulus_disk" "data" {
  size_gib = 10
  lifecycle { replace_triggered_by = [cumulus_address.web] }
}

resource "cumulus_disk" "other" {
  size_gib = 10
  lifecycle { replace_triggered_by = [cumulus_address.web.tier] }
}
