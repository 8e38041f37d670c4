resource "aws_vpc" "unknown" {
  sites      = ["esat"]
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "other_provider" {
  sites      = ["east", "north"]
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "nothing" {
  sites      = []
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "text" {
  sites      = "east"
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "late" {
  sites      = aws_vpc.text.id
  cidr_block = "10.0.0.0/16"
}

resource "aws_rds_global_cluster" "spanning" {
  sites                     = all
  global_cluster_identifier = "g"
  engine                    = "aurora-mysql"
}
