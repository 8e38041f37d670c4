locals {
  replacement = "of the root module, in ${site.name}"
}

# An overlay is written in the root module, and uses its names.
overlay "module.fleet.module.deep.terraform_data" "this" {
  standby {
    input = local.replacement
  }
}
