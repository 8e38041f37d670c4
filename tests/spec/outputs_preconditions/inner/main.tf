output "unused" {
  value = "x"
  precondition {
    condition     = length("abc") == 2
    error_message = "Also in a module, and when nobody reads it."
  }
}
