resource "aws_vpc" "main" {
  cidr_block = site.cidr
}

check "several" {
  assert {
    condition     = startswith(site.cidr, "10.1")
    error_message = "${site.name} is elsewhere."
  }
  assert {
    condition     = aws_vpc.main.id != ""
    error_message = "Not known yet."
  }
}

check "once" {
  assert {
    condition     = "text"
    error_message = "Not a boolean."
  }
  assert {
    condition     = tonumber("x") > 1
    error_message = "It cannot be told."
  }
}
