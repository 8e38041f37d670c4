module "inner" {
  source = "./inner"
  nmae   = "x"
}

module "typed" {
  source = "./inner"
  name   = ["a", "list"]
  size   = null
}

module "missing" {
  source = "./nowhere"
}

module "remote" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}
