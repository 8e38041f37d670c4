output "text" {
  value = [file("${path.module}/own.txt"), path.module]
}
