output "urls" {
  description = "Where the application answers."
  value       = [for record in aws_route53_record.public : "https://${record.name}"]
}

output "load_balancer" {
  value = {
    arn  = aws_lb.web.arn
    name = aws_lb.web.dns_name
  }
}

output "database_endpoint" {
  value = aws_db_instance.main.endpoint
}

output "database_secret_arn" {
  description = "Secret that RDS keeps the master password in."
  value       = try(aws_db_instance.main.master_user_secret[0].secret_arn, null)
  sensitive   = true
}

output "nat_public_ips" {
  value = module.network.nat_public_ips
}

output "bastion_public_ip" {
  value = one(aws_instance.bastion[*].public_ip)
}

output "buckets" {
  value = { for name, bucket in aws_s3_bucket.data : name => bucket.bucket_regional_domain_name }
}

output "role_arns" {
  value = { for service, role in aws_iam_role.service : service => role.arn }
}
