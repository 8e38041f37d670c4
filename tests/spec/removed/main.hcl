removed {
  from = aws_vpc.old
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_vpc.older
}

removed {
  from = module.gone
}

removed {
  from = site.paris
}
