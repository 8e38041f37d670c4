resource "terraform_data" "files" {
  input = {
    template = templatefile("${path.module}/greeting.tftpl", { name = site.name, zones = site.zones })
    file     = file("words.txt")
    exists   = [fileexists("words.txt"), fileexists("nowhere.txt")]
    set      = fileset(".", "*.txt")
    heredoc  = <<-TEXT
      %{for zone in site.zones~}
      ${zone}
      %{endfor~}
    TEXT
    module   = module.inner.text
  }
}

module "inner" {
  source = "./inner"
}
