probe "web" {
  tcp    = "web.shop.example:443"
  after  = [cumulus_machine_group.web]
  within = "10s"
}
