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

# Nothing is done in a standby that does not take over, even where it follows the lost primary.
site "south" {
  provider = "cumulus"
  region   = "middle"
  role     = "standby"
  posture  = "warm"
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.0.0.0/16"
}

# It grew by a commit that was never applied: that is held, and only the promotion is done.
resource "cumulus_database" "orders" {
  name        = "orders-${site.name}"
  engine      = "postgres"
  storage_gib = 40
  standby { replica_of = primary.cumulus_database.orders.id }
}

# It has a newer image in the spec, and drift: both are held. It grows beside the promotion, although it depends on what
# is promoted.
resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  min_size    = 4
  target_size = 6
  template {
    image = "newer"
  }
  standby {
    min_size    = 1
    target_size = 2
  }
  depends_on = [cumulus_database.orders]
}

# Only a primary has it: it is made, and with it what it needs and does not find.
resource "cumulus_disk" "cache" {
  size_gib = 10
  labels   = { of = cumulus_address.needed.address }
  standby { exists = false }
}

resource "cumulus_address" "needed" {
  sites       = ["west"]
  description = "new, and the disk needs it"
}

resource "cumulus_address" "new" {
  sites       = ["west"]
  description = "new, and nobody needs it"
}

# Only a standby has it: it goes when the site takes over.
resource "cumulus_address" "aside" {
  description = "of a standby"
  primary { exists = false }
}

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_record" "orders" {
  sites   = ["east", "west"]
  zone    = cumulus_zone.shop.id
  name    = "orders.shop.test"
  type    = "CNAME"
  set     = site.name
  answers = [cumulus_database.orders.endpoint]
  routing { role = "first" }
  standby {
    routing { role = "backup" }
  }
}

# One that only a primary has is traffic like any other: it is made behind the promotion, and the old one goes at last.
resource "cumulus_record" "alone" {
  sites   = ["east", "west"]
  zone    = cumulus_zone.shop.id
  name    = "alone.shop.test"
  type    = "CNAME"
  set     = site.name
  answers = [cumulus_database.orders.endpoint]
  standby { exists = false }
}

# Where it is made, it waits for the record; where the record is held, so is this.
resource "cumulus_address" "watch" {
  sites       = ["west"]
  description = "of ${cumulus_record.alone.id}"
  standby { exists = false }
}

# What becomes of an output does not keep anybody from failing over.
output "writer" { value = primary.cumulus_database.orders.endpoint }
