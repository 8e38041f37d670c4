variable "password" {
  type      = string
  sensitive = true
}

module "inner" {
  source   = "./inner"
  password = "in the spec"
}

module "other" {
  source   = "./inner"
  password = "another"
}

resource "terraform_data" "uses" {
  input = {
    password = var.password
    joined   = "x-${var.password}"
    inner    = module.inner.password
    other    = module.other.password
    hidden   = module.inner.hidden
    plain    = module.inner.plain
  }
}
