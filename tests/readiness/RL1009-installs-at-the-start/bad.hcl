resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  target_size = 6
  template {
    image          = "base"
    startup_script = "apt-get install -y nginx"
  }
  standby { target_size = 2 }
  
}
