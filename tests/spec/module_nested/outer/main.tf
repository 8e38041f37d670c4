variable "name" {
  type = string
}

variable "size" {
  type = number
}

module "inner" {
  source = "./inner"
  count  = var.size
  name   = "${var.name}-${count.index}"
}

output "names" {
  value = module.inner[*].name
}
