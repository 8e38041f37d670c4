locals {
  application   = "parcel"
  name          = "${local.application}-${var.environment}"
  is_production = var.environment == "production"

  default_tags = merge(var.tags, {
    Application = local.application
    Environment = var.environment
    ManagedBy   = "terraform"
  })

  account_id = data.aws_caller_identity.current.account_id
  azs        = slice(sort(data.aws_availability_zones.available.names), 0, var.az_count)

  # What each service may touch.
  services = {
    web = {
      buckets  = ["documents"]
      sessions = true
    }
    worker = {
      buckets  = ["documents", "exports"]
      sessions = false
    }
  }

  managed_policies = [
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
  ]

  service_policies = {
    for pair in setproduct(keys(local.services), local.managed_policies) :
    "${pair[0]}-${basename(pair[1])}" => { service = pair[0], policy_arn = pair[1] }
  }

  buckets = {
    documents = { versioned = true, class = "customer-data" }
    archive   = { versioned = true, class = "customer-data" }
    exports   = { versioned = false, class = "derived" }
  }

  certificate_arn = join(":", [
    "arn:aws:acm", data.aws_region.current.name, local.account_id, "certificate/${var.certificate_id}",
  ])
}
