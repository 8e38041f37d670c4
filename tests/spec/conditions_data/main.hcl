data "aws_availability_zones" "here" {
  lifecycle {
    precondition {
      condition     = site.role == "standby"
      error_message = "Not a standby."
    }
    postcondition {
      condition     = length(self.names) == 9
      error_message = "There are ${length(self.names)} zones."
    }
  }
}
