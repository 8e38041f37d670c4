topology "t" {
  objective {
    rto = "soon"
    rpo = "1m"
    standby_cost = -1
  }
}

