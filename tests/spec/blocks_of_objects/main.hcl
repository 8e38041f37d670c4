# An attribute that is a set of objects takes blocks, and a value.
resource "aws_route_table" "blocks" {
  vpc_id = "vpc-1"
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = "igw-1"
  }
  dynamic "route" {
    for_each = ["10.0.0.0/8"]
    content {
      cidr_block     = route.value
      nat_gateway_id = "nat-1"
    }
  }
}

resource "aws_route_table" "value" {
  vpc_id = "vpc-1"
  route  = [{ cidr_block = "0.0.0.0/0", gateway_id = "igw-1" }]
}
