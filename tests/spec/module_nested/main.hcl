module "outer" {
  source   = "./outer"
  for_each = { a = 1, b = 2 }
  name     = each.key
  size     = each.value
}

output "names" {
  value = { for key, outer in module.outer : key => outer.names }
}

output "one" {
  value = module.outer["b"].names[0]
}
