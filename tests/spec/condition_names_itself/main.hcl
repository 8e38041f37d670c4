resource "aws_vpc" "main" {
  cidr_block = site.cidr
  lifecycle {
    postcondition {
      condition     = aws_vpc.main.enable_dns_support
      error_message = "Say self."
    }
  }
}
