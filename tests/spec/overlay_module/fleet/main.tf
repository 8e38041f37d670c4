variable "name" {
  type = string
}

module "deep" {
  source = "./deep"
  name   = var.name
}
