variable "size" {
  type = number
  validation {
    condition     = var.size > 0 && var.size < local.most
    error_message = "The size must lie between 1 and ${local.most - 1}, not be ${var.size}."
  }
  validation {
    condition     = var.size % 2 == 0
    error_message = "The size must be even."
  }
}

variable "fine" {
  type    = string
  default = "ab"
  validation {
    condition     = length(var.fine) == 2
    error_message = "Two letters."
  }
}

locals {
  most = 10
}

output "size" {
  value = var.size
}
