topology "shop" {}

site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}

resource "cumulus_subnetwork" "app" {
  name           = "app"
  network        = "projects/p/networks/main"
  ip_cidr_range  = "10.9.0.0/16"
  private_access = true
  lifecycle { ignore_changes = [ip_cidr_range] }
}
