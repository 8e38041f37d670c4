resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 8
  target_size = 6
  template {
    image = "base"
  }
}
