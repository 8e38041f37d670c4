# A circle through another site.
resource "terraform_data" "a" {
  input = sites.west.terraform_data.b.output
}

resource "terraform_data" "b" {
  input = site.name == "west" ? primary.terraform_data.a.output : "end"
}

resource "terraform_data" "own" {
  input = terraform_data.own.id
}
