locals {
  e = local.d + 1
  d = local.c + 1
  c = local.b + 1
  b = local.a + 1
  a = 1
}

output "e" {
  value = local.e
}
