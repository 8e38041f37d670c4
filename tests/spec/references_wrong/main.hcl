variable "network" {
  default = "x"
}

locals {
  zone = "z"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

module "inner" {
  source = "./inner"
}

data "aws_caller_identity" "me" {}

output "wrong" {
  value = [
    var.netwrok,
    local.zones,
    aws_vpc.mian.id,
    aws_vpc.main.idd,
    data.aws_caller_identity.mee.account_id,
    data.aws_caller_identity.me.acount_id,
    module.iner.x,
    module.inner.nam,
    site.cdir,
    sites.wets.cidr,
    sites.west.cdir,
    sites["wset"].cidr,
    primary.aws_vpc.mani.id,
    topology.nam,
    uper("x"),
    each.key,
    count.index,
    self.id,
    aws_vpcc.main.id,
    nonsense,
  ]
}
