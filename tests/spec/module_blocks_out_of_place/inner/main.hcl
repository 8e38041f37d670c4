provider "aws" {
  region = "us-east-1"
}

resource "terraform_data" "this" {}

overlay "terraform_data" "this" {
  exists = false
}

import {
  to = terraform_data.this
  id = "x"
}

site "extra" {
  provider = "aws"
  region   = "us-east-1"
  role     = "standby"
  posture  = "warm"
}
