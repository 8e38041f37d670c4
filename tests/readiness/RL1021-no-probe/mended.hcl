probe "up" {
  tcp = "${site.name}.shop.example:443"
}
