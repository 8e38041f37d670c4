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

resource "cumulus_zone" "shop" {
  name     = "shop"
  dns_name = "shop.test"
}

resource "cumulus_record" "www" {
  zone    = cumulus_zone.shop.id
  name    = "www.shop.test"
  type    = "A"
  answers = ["192.0.2.1"]
}

# The same name in other letters, under a zone that is yet to be made.
resource "cumulus_record" "again" {
  zone    = cumulus_zone.shop.id
  name    = "WWW.shop.test."
  type    = "A"
  answers = ["192.0.2.2"]
}

# Once for each site, and nothing tells them apart.
resource "cumulus_record" "both" {
  sites   = all
  zone    = cumulus_zone.shop.id
  name    = "both.shop.test"
  type    = "A"
  answers = ["192.0.2.3"]
}

resource "cumulus_machine_group" "keyed" {
  for_each    = toset(["a", "b"])
  name        = "web"
  max_size    = 1
  min_size    = 1
  target_size = 1
  subnetwork  = "projects/p/regions/east/subnetworks/app"
  template {
    image = "base"
  }
}

# These differ: by a field of the key, by type, by place.
resource "cumulus_record" "apart" {
  sites   = all
  zone    = cumulus_zone.shop.id
  name    = "apart.shop.test"
  type    = "A"
  set     = site.name
  answers = ["192.0.2.4"]
}

resource "cumulus_record" "text" {
  zone    = cumulus_zone.shop.id
  name    = "www.shop.test"
  type    = "TXT"
  answers = ["192.0.2.1"]
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "app" {
  name          = "app"
  network       = cumulus_network.main.id
  ip_cidr_range = "10.0.0.0/16"
}

site "north" {
  provider = "aws"
  region   = "us-east-1"
  role     = "standby"
  posture  = "warm"
}

site "south" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}

# There is one bucket of a name in all the world, and one topic in each region.
resource "aws_s3_bucket" "assets" {
  bucket = "acme-assets"
}

resource "aws_s3_bucket" "derived" {}

resource "aws_sns_topic" "orders" {
  name = "orders"
}
