# While the source is set, what it dictates is neither sent nor compared, even where a role block names it.
resource "cumulus_database" "orders" {
  name           = "orders"
  engine         = "postgres"
  engine_version = "16"
  storage_gib    = 20
  primary {
    engine_version = "17"
  }
  standby {
    replica_of = primary.cumulus_database.orders.id
  }
}
