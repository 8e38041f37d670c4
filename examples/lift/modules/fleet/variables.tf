variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "image_id" {
  type = string
}

variable "instance_type" {
  type = string
}

variable "instance_profile_arn" {
  type = string
}

variable "user_data" {
  description = "Plain text: the module encodes it."
  type        = string
}

variable "capacity" {
  type = object({
    min     = number
    desired = number
    max     = number
  })
}

variable "ingress" {
  description = "Ports to open, each to one security group."
  type = map(object({
    port              = number
    security_group_id = string
  }))
  default = {}
}

variable "target_group_arns" {
  type    = list(string)
  default = []
}

variable "volumes" {
  type = list(object({
    device_name = string
    size_gib    = number
    iops        = optional(number)
    throughput  = optional(number)
  }))
  default = [{ device_name = "/dev/xvda", size_gib = 30 }]

  validation {
    condition     = length(var.volumes) > 0 && alltrue([for volume in var.volumes : volume.size_gib >= 8])
    error_message = "There is at least the root volume, and none is below 8 GiB."
  }
}

variable "tags" {
  type    = map(string)
  default = {}
}
