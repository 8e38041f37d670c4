resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = "{}"
  standby {
    description = "standby"
  }
}

resource "aws_rds_global_cluster" "g" {
  global_cluster_identifier = "g"
  engine                    = "aurora-mysql"
  standby {
    deletion_protection = true
  }
}
