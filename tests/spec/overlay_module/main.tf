module "fleet" {
  source   = "./fleet"
  for_each = toset(["a", "b"])
  name     = each.key
}
