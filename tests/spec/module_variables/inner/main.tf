variable "number" {
  type = number
}

variable "nullable" {
  type    = string
  default = "a default"
}

variable "never" {
  type     = string
  default  = "a default"
  nullable = false
}

variable "object" {
  type = object({
    name   = string
    label  = optional(string)
    zone   = optional(string, "a")
    nested = optional(list(object({ size = optional(number, 1) })), [])
  })
}

output "number" {
  value = var.number + 1
}

output "nullable" {
  value = var.nullable == null
}

output "never" {
  value = var.never
}

output "object" {
  value = var.object
}
