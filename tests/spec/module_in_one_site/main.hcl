module "each" {
  source   = "./inner"
  for_each = toset(site.zones)
  zone     = each.key
}

output "zones" {
  value = keys(module.each)
}
