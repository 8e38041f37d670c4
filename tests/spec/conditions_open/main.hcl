resource "aws_vpc" "main" {
  cidr_block = site.cidr
  lifecycle {
    postcondition {
      condition     = self.id != "vpc-bad"
      error_message = "This one is bad: ${self.id}."
    }
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  lifecycle {
    precondition {
      condition     = aws_vpc.main.id != ""
      error_message = "No network."
    }
  }
}
