# The world that every console golden is evaluated in: Terraform and relight load this same file.

# Unknown until applied: terraform_data.x.output and terraform_data.x.id.
resource "terraform_data" "x" {
  input = "hi"
}

variable "name" {
  type    = string
  default = "shop"
}

variable "count_text" {
  type    = string
  default = "12"
}

variable "number_from_text" {
  type    = number
  default = "12"
}

variable "flag_from_text" {
  type    = bool
  default = "true"
}

variable "untyped" {
  default = [1, "2", true]
}

variable "zones" {
  type    = list(string)
  default = ["a", "b", "c"]
}

variable "numbers_as_strings" {
  type    = list(string)
  default = [1, true, "x"]
}

variable "unique" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "sizes" {
  type    = map(number)
  default = { small = "1", large = 20 }
}

variable "anything" {
  type    = map(any)
  default = { a = 1, b = "two" }
}

variable "nothing" {
  type    = string
  default = null
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "server" {
  type = object({
    name  = string
    cpus  = optional(number, 2)
    disks = optional(list(string))
    tags  = optional(map(string), { owner = "nobody" })
  })
  default = { name = "web", extra = "dropped" }
}

variable "servers" {
  type = list(object({
    name = string
    port = optional(number, 80)
  }))
  default = [{ name = "a" }, { name = "b", port = "443" }]
}

variable "password" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

variable "secrets" {
  type      = map(string)
  default   = { a = "x", b = "y" }
  sensitive = true
}

locals {
  unknown        = terraform_data.x.output
  unknown_string = tostring(terraform_data.x.id)
  unknown_number = tonumber(terraform_data.x.output)
  unknown_bool   = tobool(terraform_data.x.output)
  unknown_list   = tolist(terraform_data.x.output)

  people = {
    ann = { age = 30, team = "red" }
    bob = { age = 20, team = "blue" }
    cid = { age = 40, team = "red" }
  }

  heredoc = <<EOT
one
  two
three
EOT

  heredoc_indented = <<-EOT
    one
      two
    three
  EOT

  heredoc_uneven = <<-EOT
      deep
    shallow

      deep again
  EOT

  heredoc_interpolated = <<-EOT
    name: ${var.name}
    sum: ${1 + 2}
  EOT

  heredoc_escapes = <<-EOT
    \n stays, $${kept}, %%{kept}
    "quotes" and \\ too
  EOT

  heredoc_empty = <<EOT
EOT

  heredoc_loop = <<-EOT
    %{for zone in var.zones~}
    zone ${zone}
    %{endfor~}
    end
  EOT

  heredoc_loop_untrimmed = <<-EOT
    %{for zone in var.zones}
    zone ${zone}
    %{endfor}
    end
  EOT

  heredoc_if = <<-EOT
    %{if var.name == "shop"~}
    open
    %{else~}
    closed
    %{endif~}
    always
  EOT

  heredoc_multiline_interpolation = <<-EOT
    before
      ${join("\n", ["x", "y"])}
    after
  EOT

  heredoc_flush_closed = <<-EOT
    a
    b
    EOT

  heredoc_tabs = <<-EOT
	tabbed
	  deeper
	EOT

  heredoc_only_interpolation = <<EOT
${var.name}
EOT

  heredoc_in_call = upper(<<-EOT
    shout
  EOT
  )

  heredoc_in_list = [<<-A
    first
  A
    , <<-B
    second
  B
  ]

  heredoc_trimmed_interpolation = <<-EOT
    a   ${~ "b" ~}
    c
  EOT

  multiline_object = {
    a = 1, b = 2
    c : 3
    "d" = 4
    (var.name) = 5
  }

  multiline_list = [
    1,
    # a comment
    2, // another
    3, /* a third */
  ]

  multiline_for = {
    for name, person in local.people :
    person.team => name...
    if person.age > 10
  }

  multiline_call = format(
    "%s-%s",
    "a",
    "b",
  )

  template           = "Hello, $${name}!"
  template_list      = "%%{for name in names}[$${name}]%%{endfor}"
  template_whole     = "$${value}"
  template_calls     = "$${upper(name)} $${length(name)}"
  template_recursive = "$${templatestring(\"a\", {})}"
  template_broken    = "$${"
  template_reference = "$${var.name}"
  templates          = { a = "x=$${x}" }
}
