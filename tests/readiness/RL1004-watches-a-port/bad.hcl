resource "aws_route53_health_check" "orders" {
  sites = ["virginia"]
  type  = "TCP"
  fqdn  = aws_db_instance.orders.endpoint
  port  = 5432
}
