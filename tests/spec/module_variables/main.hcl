module "inner" {
  source   = "./inner"
  number   = "5"
  nullable = null
  never    = null
  object   = { name = "n", nested = [{ size = 2 }, {}] }
}

output "inner" {
  value = module.inner
}
