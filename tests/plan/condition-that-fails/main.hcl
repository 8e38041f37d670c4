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

resource "cumulus_address" "web" {
  lifecycle {
    precondition {
      condition     = cumulus_disk.data.encrypted
      error_message = "The disk ${cumulus_disk.data.id} is open."
    }
    postcondition {
      condition     = self.address != ""
      error_message = "No address."
    }
  }
}

check "big" {
  assert {
    condition     = cumulus_disk.data.size_gib > 50
    error_message = "The disk is small."
  }
}
