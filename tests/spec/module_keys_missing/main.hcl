module "inner" {
  source   = "./inner"
  for_each = toset(["a", "b"])
}

resource "terraform_data" "wrong" {
  input = module.inner["c"].x
}
