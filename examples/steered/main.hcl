# A service whose traffic moves by data planes alone.
#
# To change a record or a health check is to write to Route 53, and whoever takes those writes lives in us-east-1: they
# may be gone together with the site that failed. Route 53's answers and the checks behind them go on without it. So
# nothing of that kind is changed on the day: the records and the checks stand beforehand, and one of the checks looks at
# a switch in the recovery site, an object in a bucket, which a failover writes. To write an object needs nothing but the
# bucket's own region.
#
#   relight apply    -C examples/steered --sandbox
#   relight failover -C examples/steered --sandbox oregon --lost virginia --incident INC-1
#
# The files: main (what and where), service (what serves), traffic (how customers find it).

topology "steered" {
  instance = var.environment

  objective {
    rto = "30m"
    rpo = "5m"
  }
}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"

  values = {
    cidr  = "10.10.0.0/16"
    zones = ["us-east-1a", "us-east-1b"]
  }
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"

  values = {
    cidr  = "10.20.0.0/16"
    zones = ["us-west-2a", "us-west-2b"]
  }
}

variable "environment" {
  description = "Which of them this is. Two environments may share an account."
  type        = string
  default     = "production"
}

variable "domain" {
  description = "The domain. Also begins the name of the bucket, which must be unique in all the world."
  type        = string
  default     = "steered.example"
}

variable "database_password" {
  description = "The password of the database's first user. The default is good for the sandbox and nothing else."
  type        = string
  sensitive   = true
  default     = "for-the-sandbox-only"
}

locals {
  name = "steered-${var.environment}"
}

output "service" {
  description = "Where customers go, whichever site serves."
  value       = "http://www.${var.domain}"
}

output "doors" {
  description = "The front door of each site."
  value       = aws_lb.web.dns_name
}
