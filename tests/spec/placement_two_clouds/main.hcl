resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "cumulus_network" "main" {
  name = "main"
}

resource "cumulus_subnetwork" "main" {
  name          = "main"
  network       = cumulus_network.main.id
  ip_cidr_range = site.cidr
}

resource "terraform_data" "each" {
  input = site.name
}
