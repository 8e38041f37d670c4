module "inner" {
  source = "./inner"
  value  = module.inner.value
}
