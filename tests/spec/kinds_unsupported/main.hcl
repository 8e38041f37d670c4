resource "aws_vpc" "main" {
  cidr_block                       = "10.0.0.0/16"
  ipv4_ipam_pool_id                = "pool"
}

output "reads" {
  value = aws_vpc.main.ipv4_ipam_pool_id
}
