# A service that two regions serve at once, each for the half of its customers.
#
# Neither waits for the other: both are primaries, both write to a table that DynamoDB keeps in both. Where one is lost,
# the other goes on, and a failover needs no name of a site that takes over:
#
#   relight apply    -C examples/both --sandbox
#   relight failover -C examples/both --sandbox --lost virginia --incident INC-1
#
# The files: main (what and where), data (the table), service (what serves), traffic (how customers find it).

topology "both" {
  instance = var.environment

  objective {
    rto = "10m"
    rpo = "1m" # DynamoDB copies within about a second
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
  role     = "primary"

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
  description = "The domain."
  type        = string
  default     = "both.example"
}

variable "image" {
  description = "What runs."
  type        = string
  default     = "public.ecr.aws/docker/library/httpd:2.4"
}

variable "tasks" {
  description = "How many tasks the whole load takes."
  type        = number
  default     = 6
}

locals {
  name = "both-${var.environment}"
}

output "service" {
  description = "Where customers go."
  value       = "http://www.${var.domain}"
}

output "doors" {
  description = "The front door of each site."
  value       = aws_lb.web.dns_name
}
