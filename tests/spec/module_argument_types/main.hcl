module "typed" {
  source = "./inner"
  name   = ["a", "list"]
}
