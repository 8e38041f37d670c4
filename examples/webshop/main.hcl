# A web shop in two regions: one serves, the other one waits.
#
# Everything below is written once. A resource of a regional kind (a network, a database) stands in every site, so one
# block makes two of them; a resource of a global kind (a DNS zone, a role) stands once. Where the sites differ, the
# block says so itself:
#
#   site.cidr                        what the site block says, here and for this site
#   primary { ... }  standby { ... } what differs while the site has that role
#   standby "warm" { ... }           what differs while the standby is that ready
#   sites = all                      a global resource once for each site after all
#
# Try it without an account, in simulated clouds:
#
#   relight plan  -C examples/webshop --sandbox
#   relight apply -C examples/webshop --sandbox
#   relight plan  -C examples/webshop --sandbox --var standby_posture=hot
#   relight destroy -C examples/webshop --sandbox --var protected=false
#
# The files: main (what and where), network, compute, data, dns, monitoring. Their names mean nothing to relight.

topology "webshop" {
  # Part of the tag by which relight knows what it owns: production and staging never touch each other.
  instance = var.environment

  # What the business asks for. Plans are held against it, recoveries are measured by it.
  objective {
    rto = "30m" # back in service within half an hour
    rpo = "5m"  # at most the orders of the last five minutes are lost
  }
}

# The site that serves.
site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"

  # The site's own words, free to choose: resources read them as site.cidr, site.zones, site.peer.
  values = {
    cidr  = "10.10.0.0/16" # no overlap with the other site, so that the networks can be joined one day
    zones = ["us-east-1a", "us-east-1b"]
    peer  = "oregon" # where copies go
  }
}

# The site that takes over. The roles are those of peace time: after a failover relight remembers who serves, and this
# file stays as it is.
site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = var.standby_posture

  values = {
    cidr  = "10.20.0.0/16"
    zones = ["us-west-2a", "us-west-2b"]
    peer  = "virginia"
  }
}

variable "standby_posture" {
  description = "How ready the standby is: pilot_light (data only), warm (small but complete) or hot (full size)."
  type        = string
  default     = "warm"

  validation {
    condition     = contains(["pilot_light", "warm", "hot"], var.standby_posture)
    error_message = "A standby is pilot_light, warm or hot."
  }
}

variable "protected" {
  description = "Whether orders and pictures are guarded against deletion. Only `destroy` has a use for false."
  type        = bool
  default     = true
}

variable "environment" {
  description = "Which shop this is. Two environments may share an account."
  type        = string
  default     = "production"
}

variable "domain" {
  description = "The shop's domain. Also begins the names of the buckets, which must be unique in all the world."
  type        = string
  default     = "webshop.example"
}

variable "instance_type" {
  description = "The machines behind the load balancer, in both sites."
  type        = string
  default     = "m7g.large"
}

# RDS does not make replicas of a database whose password it manages itself, so the password comes from outside.
# It is sensitive: no plan, no journal and no output ever holds it.
variable "database_password" {
  description = "The password of the database's first user. The default is good for the sandbox and nothing else."
  type        = string
  sensitive   = true
  default     = "for-the-sandbox-only"
}

locals {
  name = "webshop-${var.environment}" # begins the name of everything

  http_port     = 80   # where customers knock
  app_port      = 8080 # where the application listens
  database_port = 5432 # where PostgreSQL listens
}

# An output that reads per-site things is a map by site: { oregon = "...", virginia = "..." }.

output "shop" {
  description = "Where customers go, whichever site serves."
  value       = "http://${local.shop}"
}

output "load_balancers" {
  description = "The front door of each site."
  value       = aws_lb.web.dns_name
}

output "databases" {
  description = "The database of each site: the source in the primary, its replica in the standby."
  value       = aws_db_instance.orders.address
}

output "buckets" {
  description = "The pictures in each site."
  value       = aws_s3_bucket.media.bucket
}

output "name_servers" {
  description = "Where the registrar of the domain has to point."
  value       = aws_route53_zone.shop.name_servers
}
