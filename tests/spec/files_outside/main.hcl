output "outside" {
  value = [
    file("../../../Cargo.toml"),
    file("/etc/hostname"),
    file("nowhere.txt"),
    fileset("..", "*"),
  ]
}
