resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

resource "terraform_data" "which" {
  input = primary.aws_vpc.main.id
}

resource "terraform_data" "caught" {
  input = try(primary.aws_vpc.main.id, "several")
}
