site "aws" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "bad name" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "unknown" {
  provider = "asw"
  region   = "us-east-1"
  role     = "standby"
  posture  = "wram"
}

site "roleless" {
  provider = "aws"
  region   = "us-east-1"
  regoin   = "x"
}

site "fenced" {
  provider = "aws"
  region   = "us-esat-1"
  role     = "fenced"
}

site "primary" {
  provider = "aws"
  role     = "primary"
  posture  = "hot"
}

site "postureless" {
  provider = "aws"
  region   = "us-east-1"
  role     = "standby"
  gcp {
    profile = "x"
  }
}

site "values" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = ["a"]
}
