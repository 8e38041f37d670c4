resource "aws_vpc" "main" {
  cidr_block = site.cidr
  lifecycle {
    ignore_changes  = [enable_dns_suport]
    prevent_destory = true
  }
}

resource "aws_vpc" "other" {
  cidr_block = site.cidr
  lifecycle {
    replace_triggered_by = [aws_vpc.mian.id, aws_vpc.main.cdir_block]
  }
}
