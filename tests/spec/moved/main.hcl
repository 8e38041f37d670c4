resource "terraform_data" "new" {
  for_each = toset(["a", "b"])
}

resource "terraform_data" "single" {}

module "renamed" {
  source   = "./inner"
  for_each = toset(["x"])
}

# The whole resource, keys and all, through two names.
moved {
  from = terraform_data.older
  to   = terraform_data.old
}

moved {
  from = terraform_data.old
  to   = terraform_data.new
}

# One instance to another form.
moved {
  from = terraform_data.counted[0]
  to   = terraform_data.single
}

moved {
  from = terraform_data.before_for_each
  to   = terraform_data.new["a"]
}

# A module call that got keys.
moved {
  from = module.former
  to   = module.renamed["x"]
}
