variable "region" {
  description = "Region that everything runs in."
  type        = string
  default     = "eu-west-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must look like eu-west-1."
  }
}

variable "environment" {
  description = "Stage of this deployment, part of every name."
  type        = string
  default     = "production"

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment must be staging or production."
  }
}

variable "domain" {
  description = "Public hosted zone, which exists already."
  type        = string
  default     = "example.com"
  nullable    = false
}

variable "hostnames" {
  description = "Names below the domain that lead to the load balancer."
  type        = set(string)
  default     = ["api", "track"]
}

variable "certificate_id" {
  description = "Id of the issued ACM certificate for the host names."
  type        = string
  default     = "7d1c64a5-33f0-4d0c-9e0b-2f6f9f1b8a11"

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.certificate_id))
    error_message = "The certificate id is the UUID at the end of its ARN."
  }
}

variable "vpc_cidr" {
  description = "Address range of the network."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && tonumber(split("/", var.vpc_cidr)[1]) <= 20
    error_message = "The range must be valid CIDR notation and at least a /20."
  }
}

variable "az_count" {
  description = "Number of availability zones to spread over."
  type        = number
  default     = 2

  validation {
    condition     = var.az_count >= 2 && var.az_count <= 3
    error_message = "Use two or three availability zones."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway for all zones instead of one in each."
  type        = bool
  default     = false
}

variable "client_cidrs" {
  description = "Where clients may come from."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "bastion" {
  description = "Jump host for the database, and the networks that may reach it."
  type = object({
    enabled       = optional(bool, true)
    instance_type = optional(string, "t3.micro")
    generation    = optional(number, 1)
    networks = optional(list(object({
      cidr        = string
      description = optional(string, "office")
    })), [])
  })
  default = {
    networks = [
      { cidr = "198.51.100.0/24" },
      { cidr = "203.0.113.16/28", description = "vpn" },
    ]
  }
}

variable "web" {
  description = "Size of the web fleet."
  type = object({
    instance_type = optional(string, "m6i.large")
    min           = number
    desired       = number
    max           = number
  })
  default = {
    min     = 4
    desired = 6
    max     = 12
  }

  validation {
    condition     = var.web.min <= var.web.desired && var.web.desired <= var.web.max
    error_message = "The web fleet needs min <= desired <= max."
  }
}

variable "worker" {
  description = "Size of the worker fleet."
  type = object({
    instance_type = optional(string, "c6i.xlarge")
    min           = number
    desired       = number
    max           = number
  })
  default = {
    min     = 2
    desired = 3
    max     = 8
  }
}

variable "worker_image_id" {
  description = "Image of the workers, built by the pipeline: an image belongs to one region."
  type        = string
  default     = "ami-0c4f7a1e9b2d35860"

  validation {
    condition     = startswith(var.worker_image_id, "ami-")
    error_message = "An image id starts with ami-."
  }
}

variable "database" {
  description = "Size and upkeep of the PostgreSQL database."
  type = object({
    instance_class    = optional(string, "db.m6g.large")
    engine_version    = optional(string, "16.8")
    storage_gib       = optional(number, 200)
    storage_limit_gib = optional(number, 1000)
    backup_days       = optional(number, 14)
  })
  default = {}

  validation {
    condition     = var.database.backup_days >= 1 && var.database.backup_days <= 35
    error_message = "RDS keeps automated backups for 1 to 35 days."
  }
}

variable "load_balancer_log_bucket" {
  description = "Bucket for the load balancer's access logs; none, no logs."
  type        = string
  default     = null
}

variable "tags" {
  description = "Further tags for everything."
  type        = map(string)
  default     = {}
}
