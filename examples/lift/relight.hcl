# Gives the Terraform directory around it a recovery region. No .tf file knows of this one.

topology "parcel" {
  instance = var.environment

  objective {
    rto = "45m"
    rpo = "5m"
  }
}

site "ireland" {
  provider = "aws"
  region   = "eu-west-1"
  role     = "primary"
}

site "frankfurt" {
  provider = "aws"
  region   = "eu-central-1"
  role     = "standby"
  posture  = "pilot_light"
  values   = { cidr = "10.41.0.0/16" }
}

# Network: its own range, so that both can be peered, and no way out until something runs that needs one.

overlay "module.network.aws_vpc" "this" {
  site "frankfurt" { cidr_block = site.cidr } # the subnets follow: they are cut from the VPC's range
}

overlay "module.network.aws_eip" "nat" {
  standby "pilot_light" { exists = false }
}

overlay "module.network.aws_nat_gateway" "this" {
  standby "pilot_light" { exists = false }
}

overlay "module.network.aws_route" "private_nat" {
  standby "pilot_light" { exists = false }
}

# Compute: templates stand ready, instances do not run.

overlay "module.worker.aws_launch_template" "this" {
  site "frankfurt" { image_id = "ami-0d81c2b4f6a39e7c5" } # the pipeline's copy of var.worker_image_id
}

overlay "module.web.aws_autoscaling_group" "this" {
  standby "pilot_light" {
    min_size         = 0
    desired_capacity = 0
  }
  standby "warm" {
    min_size         = 2
    desired_capacity = 2
  }
}

overlay "module.worker.aws_autoscaling_group" "this" {
  standby "pilot_light" {
    min_size         = 0
    desired_capacity = 0
  }
  standby "warm" {
    min_size         = 1
    desired_capacity = 1
  }
}

overlay "aws_instance" "bastion" {
  standby "pilot_light" { exists = false }
}

# Front door: the load balancer stands in the standby too, without targets: creating one is nothing for the day of a
# disaster.

overlay "aws_lb" "web" {
  drill { enable_deletion_protection = false }
}

overlay "aws_lb_listener" "https" {
  site "frankfurt" {
    certificate_arn = "arn:aws:acm:eu-central-1:${local.account_id}:certificate/0f9e62d3-8c1b-4b57-a3d5-6e2b70c4d915"
  }
}

# Data

overlay "aws_db_instance" "main" {
  standby {
    replicate_source_db = primary.aws_db_instance.main.arn
    multi_az            = false
  }
  drill {
    snapshot_identifier = "latest"
    deletion_protection = false
    skip_final_snapshot = true
  }
}

overlay "aws_s3_bucket" "artifacts" {
  site "frankfurt" { bucket = "${local.name}-artifacts-${site.name}" }
}

# Whichever site serves sends its documents to the other one. The destination is named through its versioning, which has
# to be on before.
overlay "aws_s3_bucket_replication_configuration" "documents" {
  site "ireland" {
    rule {
      id       = "archive"
      priority = 1
      status   = "Enabled"

      filter {
        prefix = "signed/"
      }

      delete_marker_replication {
        status = "Disabled"
      }

      destination {
        bucket        = aws_s3_bucket.data["archive"].arn
        storage_class = "GLACIER_IR"
      }
    }

    rule {
      id       = "recovery"
      priority = 2
      status   = "Enabled"

      filter {}

      delete_marker_replication {
        status = "Enabled"
      }

      destination {
        bucket = "arn:aws:s3:::${sites.frankfurt.aws_s3_bucket_versioning.data["documents"].bucket}"
      }
    }
  }

  site "frankfurt" {
    rule {
      id       = "archive"
      priority = 1
      status   = "Enabled"

      filter {
        prefix = "signed/"
      }

      delete_marker_replication {
        status = "Disabled"
      }

      destination {
        bucket        = aws_s3_bucket.data["archive"].arn
        storage_class = "GLACIER_IR"
      }
    }

    rule {
      id       = "recovery"
      priority = 2
      status   = "Enabled"

      filter {}

      delete_marker_replication {
        status = "Enabled"
      }

      destination {
        bucket = "arn:aws:s3:::${sites.ireland.aws_s3_bucket_versioning.data["documents"].bucket}"
      }
    }
  }

  standby { exists = false }
}

# Global kinds that speak of one site's things: one instance for each site. Roles, profiles and the CAA records stay one.

overlay "aws_iam_role_policy" "service" {
  sites = all
  site "frankfurt" { name = "data-access-${site.name}" } # both hang on the same role
}

overlay "aws_route53_record" "public" {
  sites = all
  site "ireland" { set_identifier = site.name }
  site "frankfurt" { set_identifier = site.name }

  primary {
    health_check_id = aws_route53_health_check.web.id
    failover_routing_policy { type = "PRIMARY" }
  }
  standby {
    failover_routing_policy { type = "SECONDARY" }
  }
}

overlay "aws_route53_health_check" "web" {
  sites = all
  standby "pilot_light" { exists = false } # it would only report that nothing runs
}

overlay "aws_route53_zone" "internal" {
  sites = all # one private zone in each network
}

overlay "aws_route53_record" "database" {
  sites = all
}

# Monitoring: a pilot light wakes nobody up, unless its replica falls behind.

overlay "aws_cloudwatch_metric_alarm" "this" {
  standby "pilot_light" { actions_enabled = false }
}

overlay "aws_cloudwatch_metric_alarm" "error_ratio" {
  standby "pilot_light" { actions_enabled = false }
}

resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  alarm_name          = "${local.name}-replica-lag"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 300
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching" # a primary reports no lag
  dimensions          = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  alarm_actions       = [aws_sns_topic.alerts["page"].arn]

  standby { treat_missing_data = "breaching" }
}

gate "promote" {
  before  = [aws_db_instance.main]
  message = "Promote the database in ${site.name}? There is no way back but a new replica."
}

probe "web" {
  http   = "https://${aws_lb.web.dns_name}/healthz"
  after  = [module.web]
  within = "10m"
}
