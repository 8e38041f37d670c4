output "value" {
  value = 1
  precondition {
    condition     = 1 > 2
    error_message = "One is no more than two."
  }
}

module "inner" {
  source = "./inner"
}
