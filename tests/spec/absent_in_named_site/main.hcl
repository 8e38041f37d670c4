resource "aws_vpc" "main" {
  cidr_block = site.cidr
  standby {
    exists = false
  }
}

resource "terraform_data" "needs" {
  sites = ["east"]
  input = sites.west.aws_vpc.main.id
}
