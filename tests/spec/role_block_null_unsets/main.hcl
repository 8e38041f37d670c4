resource "cumulus_disk" "a" {
  size_gib = 10
  labels   = { of = "the body" }
  standby {
    labels = null
  }
}
