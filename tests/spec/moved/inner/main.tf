resource "terraform_data" "this" {
  count = 2
}

# Written in the names of the module.
moved {
  from = terraform_data.that
  to   = terraform_data.this
}
