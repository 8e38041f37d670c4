variable "missing" {
  type = string
}

variable "number" {
  type = number
}

variable "object" {
  type = object({ a = string })
}

variable "never" {
  type     = string
  nullable = false
  default  = null
}
