topology "t" {
  instance = var.env
}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}
