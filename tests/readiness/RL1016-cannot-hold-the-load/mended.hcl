resource "cumulus_machine_group" "web" {
  name        = "web"
  subnetwork  = cumulus_subnetwork.app.id
  max_size    = 12
  target_size = 6
  template {
    image          = "base"
    startup_script = "systemctl start shop"
  }
  standby { target_size = 2 }
  
}
