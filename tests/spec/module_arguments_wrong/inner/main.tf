variable "name" {
  type = string
}

variable "size" {
  type     = number
  default  = 3
  nullable = false
}
