# Each role block counts in its own sites only: the primary refers to nothing.
resource "terraform_data" "chain" {
  input = "first"
  standby {
    input = primary.terraform_data.chain.output
  }
}
