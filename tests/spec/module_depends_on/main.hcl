resource "terraform_data" "first" {
  count = 2
}

module "second" {
  source     = "./second"
  for_each   = toset(["a"])
  depends_on = [terraform_data.first]
}

resource "terraform_data" "third" {
  depends_on = [module.second]
}

resource "terraform_data" "fourth" {
  depends_on = [terraform_data.first[1]]
}

resource "terraform_data" "fifth" {
  input = module.second["a"].late
}
