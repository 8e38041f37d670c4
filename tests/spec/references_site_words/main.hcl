resource "terraform_data" "words" {
  input = {
    name     = site.name
    provider = site.provider
    region   = site.region
    account  = site.account
    role     = site.role
    posture  = site.posture
    drill    = site.drill
    topology = topology.name
    instance = topology.instance
    path     = path.module
  }
}
