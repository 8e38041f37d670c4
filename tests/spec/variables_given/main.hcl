variable "env" {
  type = string
}

variable "count_of" {
  type    = number
  default = 1
}

variable "names" {
  type    = list(string)
  default = []
}

variable "any" {
  default = { a = 1 }
}

output "all" {
  value = [var.env, var.count_of + 1, var.names, var.any, topology.instance]
}
