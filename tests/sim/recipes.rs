//! Recipes: how a piece of a topology is written, for both clouds. What a piece refers to comes first.

use crate::draft::Writing;

/// Where the instances of a piece stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One in each site of its cloud.
    PerSite,
    /// One in the account.
    Global,
    /// Global, and asked for by each site of its cloud.
    Asked,
    /// A call of the cloud's module.
    Module,
}

/// How one kind of piece is written.
pub struct Recipe {
    pub kind: &'static str,
    pub scope: Scope,
    /// The kinds that it refers to, one piece each.
    pub needs: &'static [&'static str],
    /// Dials whose turning replaces the object.
    pub replacing: &'static [usize],
    /// Whether several may be made of it, by `count` or `for_each`.
    pub many: bool,
    /// Whether what it needs first can have but one of it.
    pub sole: bool,
    pub body: fn(&Writing<'_>) -> String,
}

const fn recipe(
    kind: &'static str,
    scope: Scope,
    needs: &'static [&'static str],
    body: fn(&Writing<'_>) -> String,
) -> Recipe {
    Recipe { kind, scope, needs, replacing: &[], many: true, sole: false, body }
}

const fn single(
    kind: &'static str,
    scope: Scope,
    needs: &'static [&'static str],
    body: fn(&Writing<'_>) -> String,
) -> Recipe {
    Recipe { kind, scope, needs, replacing: &[], many: false, sole: false, body }
}

impl Recipe {
    /// Whether the cloud names its objects, so that two may stand beside each other.
    pub fn is_nameless(&self) -> bool {
        ["aws_subnet", "cumulus_address", "cumulus_disk"].contains(&self.kind)
    }

    const fn sole(mut self) -> Recipe {
        self.sole = true;
        self
    }

    const fn replacing(mut self, dials: &'static [usize]) -> Recipe {
        self.replacing = dials;
        self
    }
}

use Scope::{Asked, Global, Module, PerSite};

/// The recipes of AWS; none needs one that stands behind it.
pub static AWS: &[Recipe] = &[
    recipe("aws_vpc", PerSite, &[], |w| {
        format!("  cidr_block = site.cidr\n  enable_dns_hostnames = {}\n  tags = {{ stage = \"{}\" }}\n", w.flag(0), w.dial(1))
    }),
    recipe("aws_subnet", PerSite, &["aws_vpc"], |w| {
        let zone = if w.asks_data() && w.dial(1) == 0 { "data.aws_availability_zones.here.names[1]".to_owned() } else { "\"${site.region}a\"".to_owned() };
        format!(
            "  vpc_id = {}\n  cidr_block = cidrsubnet(site.cidr, 8, {} * 4 + {})\n  availability_zone = {zone}\n  map_public_ip_on_launch = {}\n",
            w.of(0, "id"), w.number(), w.index(), w.flag(0),
        )
    }).replacing(&[1]),
    recipe("aws_internet_gateway", PerSite, &["aws_vpc"], |w| {
        format!("  vpc_id = {}\n  tags = {{ stage = \"{}\" }}\n", w.of(0, "id"), w.dial(0))
    }),
    recipe("aws_route_table", PerSite, &["aws_vpc"], |w| {
        format!("  vpc_id = {}\n  tags = {{ Name = \"{}\", stage = \"{}\" }}\n", w.of(0, "id"), w.label(), w.dial(0))
    }),
    single("aws_route_table_association", PerSite, &["aws_subnet", "aws_route_table"], |w| {
        format!("  subnet_id = {}\n  route_table_id = {}\n", w.of(0, "id"), w.of(1, "id"))
    }).sole(),
    single("aws_route", PerSite, &["aws_route_table", "aws_internet_gateway"], |w| {
        format!(
            "  route_table_id = {}\n  destination_cidr_block = \"10.{}.{}.0/24\"\n  gateway_id = {}\n",
            w.of(0, "id"), w.number(), w.dial(0), w.of(1, "id"),
        )
    }).replacing(&[0]),
    recipe("aws_security_group", PerSite, &["aws_vpc"], |w| {
        format!(
            "  name = {}\n  description = \"d{}\"\n  vpc_id = {}\n  tags = {{ stage = \"{}\" }}\n",
            w.unique(), w.dial(0), w.of(0, "id"), w.dial(1),
        )
    }).replacing(&[0]),
    recipe("aws_vpc_security_group_ingress_rule", PerSite, &["aws_security_group"], |w| {
        format!(
            "  security_group_id = {}\n  ip_protocol = \"tcp\"\n  from_port = {1} + {2}\n  to_port = {1} + {2}\n  cidr_ipv4 = \"10.{3}.0.0/16\"\n",
            w.of(0, "id"), w.number() * 100, w.index(), w.dial(0),
        )
    }),
    recipe("aws_sns_topic", PerSite, &[], |w| {
        format!("  name = {}\n  display_name = \"d{}\"\n", w.unique(), w.dial(0))
    }),
    recipe("aws_eip", PerSite, &[], |w| format!("  domain = \"vpc\"\n  tags = {{ stage = \"{}\" }}\n", w.dial(0))),
    recipe("aws_launch_template", PerSite, &["aws_security_group"], |w| {
        format!(
            "  name = {}\n  instance_type = \"t3.size{}\"\n  image_id = \"ami-0000000{}\"\n  vpc_security_group_ids = [{}]\n",
            w.unique(), w.dial(0), w.dial(1), w.of(0, "id"),
        )
    }),
    single("aws_autoscaling_group", PerSite, &["aws_subnet", "aws_launch_template"], |w| {
        format!(
            "  name = {}\n  min_size = 2\n  max_size = 9\n  desired_capacity = {}\n  vpc_zone_identifier = [{}]\n  launch_template {{\n    id = {}\n    version = {}\n  }}\n{}",
            w.unique(), 3 + w.dial(0), w.of(0, "id"), w.of(1, "id"), w.of(1, "latest_version"),
            w.sizes("min_size", "desired_capacity"),
        )
    }),
    single("aws_db_subnet_group", PerSite, &["aws_subnet"], |w| {
        format!("  name = {}\n  description = \"d{}\"\n  subnet_ids = [{}]\n", w.unique(), w.dial(0), w.of(0, "id"))
    }),
    single("aws_db_instance", PerSite, &["aws_db_subnet_group"], |w| {
        let guard = w.is_protected() && w.dial(2) == 0;
        format!(
            "  identifier = {}\n  engine = \"postgres\"\n  instance_class = \"db.t3.size{}\"\n  allocated_storage = {}\n  username = \"shop\"\n  password = \"correct horse {}\"\n  db_subnet_group_name = {}\n  skip_final_snapshot = true\n  deletion_protection = {guard}\n{}",
            w.unique(), w.dial(0), 20 + w.dial(1), w.dial(3), w.of(0, "name"), w.replica("replicate_source_db", "arn"),
        )
    }),
    recipe("aws_dynamodb_table", PerSite, &[], |w| {
        format!(
            "  name = {}\n  billing_mode = \"PAY_PER_REQUEST\"\n  hash_key = \"id\"\n  attribute {{\n    name = \"id\"\n    type = \"S\"\n  }}\n  tags = {{ stage = \"{}\" }}\n",
            w.unique(), w.dial(0),
        )
    }),
    recipe("aws_s3_bucket", PerSite, &[], |w| {
        format!("  bucket = \"${{site.name}}-${{{}}}\"\n  tags = {{ stage = \"{}\" }}\n", w.unique(), w.dial(0))
    }),
    single("aws_s3_bucket_versioning", PerSite, &["aws_s3_bucket"], |w| {
        let status = if w.dial(0) == 0 { "Suspended" } else { "Enabled" };
        format!("  bucket = {}\n  versioning_configuration {{ status = \"{status}\" }}\n", w.of(0, "bucket"))
    }).sole(),
    single("aws_iam_role", Global, &[], |w| {
        format!(
            "  name = {}\n  description = \"d{}\"\n  assume_role_policy = jsonencode({{ Version = \"2012-10-17\", Statement = [] }})\n",
            w.unique(), w.dial(0),
        )
    }),
    single("aws_iam_role_policy", Global, &["aws_iam_role"], |w| {
        format!(
            "  name = {}\n  role = {}\n  policy = jsonencode({{ Version = \"2012-10-17\", Id = \"d{}\", Statement = [] }})\n",
            w.unique(), w.of(0, "name"), w.dial(0),
        )
    }),
    single("aws_route53_zone", Global, &[], |w| {
        format!("  name = \"{}.example\"\n  comment = \"d{}\"\n", w.label(), w.dial(0))
    }),
    single("aws_route53_record", Asked, &["aws_route53_zone", "aws_eip"], |w| {
        format!(
            "  zone_id = {}\n  name = \"{}.${{site.name}}\"\n  type = \"A\"\n  ttl = {}\n  records = [{}]\n  set_identifier = site.name\n  failover_routing_policy {{ type = \"PRIMARY\" }}\n  standby {{\n    failover_routing_policy {{ type = \"SECONDARY\" }}\n  }}\n",
            w.of(0, "zone_id"), w.label(), 60 + w.dial(0), w.of(1, "public_ip"),
        )
    }),
    recipe("module", Module, &["aws_vpc"], |w| {
        format!("  source = \"./part-aws\"\n  network = {}\n  size = {}\n  label = {}\n", w.of(0, "id"), 10 + w.dial(0), w.unique())
    }),
];

/// The module of AWS.
pub const AWS_PART: &str = r#"
variable "network" { type = string }
variable "size" { type = number }
variable "label" { type = string }
resource "aws_security_group" "inner" {
  name   = "part-${var.label}"
  vpc_id = var.network
}
resource "aws_vpc_security_group_ingress_rule" "inner" {
  for_each          = toset(["80", "443"])
  security_group_id = aws_security_group.inner.id
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "10.${var.size}.0.0/16"
}
output "group" { value = aws_security_group.inner.id }
"#;

/// The recipes of Cumulus; none needs one that stands behind it.
pub static CUMULUS: &[Recipe] = &[
    single("cumulus_network", Global, &[], |w| {
        let mode = if w.dial(0) == 0 { "GLOBAL" } else { "REGIONAL" };
        format!("  name = {}\n  routing_mode = \"{mode}\"\n  description = \"d{}\"\n", w.unique(), w.dial(1))
    }),
    recipe("cumulus_subnetwork", PerSite, &["cumulus_network"], |w| {
        format!(
            "  name = {}\n  network = {}\n  ip_cidr_range = cidrsubnet(site.cidr, 8, {} * 4 + {})\n  private_access = {}\n",
            w.unique(),
            w.of(0, "id"),
            w.number(),
            w.index(),
            w.flag(0),
        )
    }),
    recipe("cumulus_address", PerSite, &[], |w| {
        let tier = if w.dial(1) == 0 { "premium" } else { "standard" };
        format!("  description = \"d{}\"\n  tier = \"{tier}\"\n", w.dial(0))
    })
    .replacing(&[1]),
    recipe("cumulus_disk", PerSite, &[], |w| {
        let zone = if w.asks_data() { "data.cumulus_zones.here.names[0]" } else { "\"a\"" };
        format!(
            "  size_gib = {}\n  image = \"image{}\"\n  labels = {{ zone = {zone} }}\n",
            10 + w.dial(0),
            w.dial(1)
        )
    })
    .replacing(&[1]),
    single("cumulus_machine_group", PerSite, &["cumulus_subnetwork", "cumulus_disk"], |w| {
        format!(
            "  name = {}\n  subnetwork = {}\n  min_size = 2\n  max_size = 9\n  target_size = {}\n  template {{\n    image = \"base{}\"\n    startup_script = \"mount ${{{}}}\"\n  }}\n{}",
            w.unique(),
            w.of(0, "id"),
            3 + w.dial(0),
            w.dial(1),
            w.of(1, "id"),
            w.sizes("min_size", "target_size"),
        )
    }),
    single("cumulus_database", PerSite, &["cumulus_network"], |w| {
        let guard = w.is_protected() && w.dial(2) == 0;
        format!(
            "  name = \"${{{}}}-${{site.name}}\"\n  engine = \"postgres\"\n  storage_gib = {}\n  network = {}\n  password = \"correct horse {}\"\n  flags_json = jsonencode({{ level = {} }})\n  deletion_protection = {guard}\n{}",
            w.unique(),
            20 + w.dial(0),
            w.of(0, "id"),
            w.dial(1),
            w.dial(3),
            w.replica("replica_of", "id"),
        )
    }),
    single("cumulus_zone", Global, &[], |w| {
        format!(
            "  name = {0}\n  dns_name = \"${{{0}}}.test\"\n  labels = {{ stage = \"d{1}\" }}\n",
            w.unique(),
            w.dial(0)
        )
    }),
    single("cumulus_record", Asked, &["cumulus_zone", "cumulus_address"], |w| {
        format!(
            "  zone = {}\n  name = \"${{site.name}}.{}.test\"\n  type = \"A\"\n  answers = [{}]\n  ttl_seconds = {}\n  set = site.name\n  routing {{ role = \"first\" }}\n  standby {{\n    routing {{ role = \"backup\" }}\n  }}\n",
            w.of(0, "id"),
            w.label(),
            w.of(1, "address"),
            60 + w.dial(0),
        )
    }),
    recipe("module", Module, &["cumulus_network"], |w| {
        format!(
            "  source = \"./part-cumulus\"\n  network = {}\n  size = {}\n  label = {}\n",
            w.of(0, "id"),
            10 + w.dial(0),
            w.unique()
        )
    }),
];

/// The module of Cumulus.
pub const CUMULUS_PART: &str = r#"
variable "network" { type = string }
variable "size" { type = number }
variable "label" { type = string }
resource "cumulus_subnetwork" "inner" {
  name          = "part-${var.label}"
  network       = var.network
  ip_cidr_range = site.cidr
}
resource "cumulus_disk" "inner" {
  count    = 2
  size_gib = var.size
}
resource "cumulus_address" "inner" {
  description = "to ${cumulus_disk.inner[0].id}"
}
output "group" { value = cumulus_subnetwork.inner.id }
"#;
