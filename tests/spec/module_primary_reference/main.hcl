# `primary` and `sites` name things of the module in which they are written.
module "database" {
  source   = "./database"
  for_each = toset(["orders", "users"])
  name     = each.key
}
