# A service in three regions: one serves, a second one runs small, a third one keeps the data.
#
# The warm standby takes over within minutes. The pilot light is for the day when both others are gone, or when the
# disaster took what they have in common; it costs little more than its replica. A failover goes to either:
#
#   relight apply    -C examples/three --sandbox
#   relight failover -C examples/three --sandbox oregon  --lost virginia --incident INC-1
#   relight failover -C examples/three --sandbox ireland --lost virginia --lost oregon --incident INC-2
#
# The files: main (what and where), network, data, service (what serves), traffic (how customers find it).

topology "three" {
  instance = var.environment

  objective {
    rto = "45m"
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

site "ireland" {
  provider = "aws"
  region   = "eu-west-1"
  role     = "standby"
  posture  = "pilot_light"

  values = {
    cidr  = "10.30.0.0/16"
    zones = ["eu-west-1a", "eu-west-1b"]
  }
}

variable "environment" {
  description = "Which of them this is. Two environments may share an account."
  type        = string
  default     = "production"
}

variable "domain" {
  description = "The domain."
  type        = string
  default     = "three.example"
}

variable "image" {
  description = "What runs."
  type        = string
  default     = "public.ecr.aws/docker/library/httpd:2.4"
}

variable "database_password" {
  description = "The password of the database's first user. The default is good for the sandbox and nothing else."
  type        = string
  sensitive   = true
  default     = "for-the-sandbox-only"
}

locals {
  name = "three-${var.environment}"
}

output "service" {
  description = "Where customers go, whichever site serves."
  value       = "http://www.${var.domain}"
}

output "databases" {
  description = "The database of each site: the source in the primary, its replicas elsewhere."
  value       = aws_db_instance.orders.address
}
