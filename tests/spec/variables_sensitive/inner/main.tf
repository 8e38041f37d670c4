variable "password" {
  type      = string
  sensitive = true
}

output "password" {
  value     = var.password
  sensitive = true
}

output "hidden" {
  value     = "only the output says so"
  sensitive = true
}

output "plain" {
  value = "plain"
}
