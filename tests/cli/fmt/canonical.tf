resource "x" "y" {
  a           = 1
  foo         = <<EOT
 hi ${foo} 
   %{if x}a%{endif}
EOT
  longer_name = 2                               // c
  b           = "x ${a + b} %{if x} y %{endif}" # foo
  c = [{
    a = 1
    }, {
    b = 2
  }]


  d = foo(1, 2, 3)[0].x
  e = -1
  f = a-1
  g = a ? -1 : b
  h = !x
  i = { a = 1, b = 2 }
  j = [for x in y : x if x != 1]
  k = { for k, v in y : k => v... }
  l = a[*].b
  m = a.*.b
  n = foo(a...)
  o = (1 + 2) * 3
  tags = {
    Name     = "x"
    LongName = "y"
    (var.x)  = "z"
    "q"      = 1
    z : 3
  }
  nested {
    x   = 1
    yyy = 2
  }
  empty {}
  dynamic "x" {}
  p = var.x == "a" && var.y != "b" || !c
  q = jsonencode({
    a = 1
    bbb = [1,
      2,
    3]
  })
  r = [
    1,  # one
    22, # two
  ]
  s  = a % 2
  t  = foo([1])
  u  = [-1, 1, -2]
  v  = x >= -1
  w  = {}
  y  = var.x
  z  = { "a" : 1 }
  aa = <<-EOT
      x
    EOT
  bb = [<<EOT
x
EOT
  , 2]
  cc = a == null ? [] : [1]
  dd = x[-1]
  ee = "a" /* c */
  ff = 1 /* c */ + 2
  gg = [1, 2][0]
  hh = tolist([1])
  ii = { a = 1 }["a"]
  jj = { a = 1, (b) = 2 }
  kk = a-b - -c
  ll = (-1)
}
locals {
  a = "${a}${b} $${x} %%{y} \" ${"in ${x}"} "
  b = "x"
  c = { for x in [1, 2] : x => x }
  d = [for x in(a) : x]
  e = x
  f = provider::a::b(1)
  g = 1.5e3 - 2
  h = <<-EOT
    ${a-b} %{for x in y~}
      - ${x}
    %{endfor~}
    "quoted" { [
  EOT
  i = merge({ a = 1 }, {
    b = 2
  })
  j = merge(
    { a = 1 },
    {
    b = 2 },
  )
}
variable "x" {
  type    = string
  default = "a"
}
resource "a" "b" {
  count = var.x ? 1 : 0 # why
  # comment
  # another
  name = "x" # c
  /* multi
     line */
  tags = merge(local.tags, { Name = "x-${count.index}" })
  lifecycle { prevent_destroy = true }
  ingress {
    from_port = 1  # from
    to_port   = 22 // to
    protocol  = "tcp"
    cidr_blocks = ["0.0.0.0/0",
    "1.2.3.4/32"]
  }
  x = a[0].b
  y = a.0.b
  z = a.b[*].c
  w = !(a && b)
  v = -(a)
  u = a * -1
  t = a == -1 ? -1 : -2
  s = [for k, v in m : { a = k, b = v } if v != null]
  r = { for k, v in m : k => v if v != null }
  q = "a" == b ? "c" : "d"
  p = (
    a
    + b
  )
  o = {
    a = 1, b = 2
    c : 3, d : 4
    "e" = { f = 1 }
  }
  n   = a >= 1 && a <= 2 || b > 3
  m   = null
  ünï = "日本"
  日本  = 1
}


output "o" { value = var.x }
output "p" {
  value = var.x # foo
  other = ["${var.x}"]
  third = { a = "${var.x}" }
}
