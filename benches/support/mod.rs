//! Large specs of a made-up system, the same for the same question: security groups that admit each other.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use relight::diff::Survey;
use relight_contract::builtin::BUILTIN;
use relight_contract::{Address, Key, Live, Name, Object, Registry, State, Type, Value};

/// What every resource is.
pub const KIND: &str = "aws_security_group";

/// The network that they all stand in; it is not part of the spec.
const NETWORK: &str = "vpc-0a1b2c3d4e5f60718";

/// About how many bytes a file of a spec has.
const FILE_BYTES: usize = 1 << 20;

/// Keys per step of `range`, which gives 1,024 numbers at most.
const STEP: usize = 1000;

/// What refers to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing to nothing.
    Wide,
    /// Each resource of a layer to one or two of the layer above; ten layers.
    Layered,
    /// Each resource to the one before; as `for_each`, a hundred blocks in a row, key to key.
    Chain,
}

/// How resources are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One block of about 300 bytes each.
    Blocks,
    /// One block for many, by `for_each`.
    ForEach,
}

/// A system of a size.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// What refers to what.
    pub shape: Shape,
    /// How it is written.
    pub form: Form,
    /// How many resources there are.
    pub count: usize,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Shape; 3] = [Shape::Wide, Shape::Layered, Shape::Chain];

    /// The word in tables and arguments.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Wide => "wide",
            Shape::Layered => "layered",
            Shape::Chain => "chain",
        }
    }
}

impl Form {
    /// Both forms.
    pub const ALL: [Form; 2] = [Form::Blocks, Form::ForEach];

    /// The word in tables and arguments.
    pub fn word(self) -> &'static str {
        match self {
            Form::Blocks => "blocks",
            Form::ForEach => "for_each",
        }
    }
}

/// The kinds that a spec may use.
pub fn registry() -> Registry {
    Registry::new(&[&relight_aws::AWS, &BUILTIN])
}

impl System {
    fn layers(&self) -> usize {
        match (self.shape, self.form) {
            (Shape::Wide, _) => 1,
            (Shape::Layered, _) => 10,
            (Shape::Chain, Form::Blocks) => self.count,
            (Shape::Chain, Form::ForEach) => 100,
        }
    }

    fn layer_width(&self) -> usize {
        self.count / self.layers()
    }

    /// Where the second of those that a resource of a layer refers to stands in the layer above.
    fn peer(&self, position: usize) -> usize {
        match self.shape {
            Shape::Layered => (position * 7 + 3) % self.layer_width(),
            Shape::Wide | Shape::Chain => position,
        }
    }

    /// The resources that one refers to: none, one or two.
    fn upstream(&self, index: usize) -> Vec<usize> {
        let width = self.layer_width();
        let (layer, position) = (index / width, index % width);
        let Some(above) = layer.checked_sub(1) else { return Vec::new() };
        let mut found = vec![above * width + position, above * width + self.peer(position)];
        found.dedup();
        found
    }

    /// The name of a resource: every object's own.
    fn name(&self, index: usize) -> String {
        match self.form {
            Form::Blocks => format!("shop-{index:06}"),
            Form::ForEach => {
                let width = self.layer_width();
                format!("shop-{:03}-{:06}", index / width, index % width)
            }
        }
    }

    fn address(&self, index: usize) -> Address {
        let width = self.layer_width();
        let address = match self.form {
            Form::Blocks => Address::new(KIND, format!("shop_{index:06}")),
            Form::ForEach => Address::new(KIND, format!("layer_{:03}", index / width))
                .keyed(Key::Text(format!("{:06}", index % width).into())),
        };
        address.at("virginia")
    }

    /// The files of the spec, by name.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files = vec![("relight.hcl".to_owned(), SITES.to_owned())];
        let mut text = String::new();
        match self.form {
            Form::Blocks => {
                for index in 0..self.count {
                    self.block(index, &mut text);
                    if text.len() >= FILE_BYTES {
                        files.push((format!("shop_{:03}.tf", files.len()), std::mem::take(&mut text)));
                    }
                }
            }
            Form::ForEach => {
                self.keys(&mut text);
                (0..self.layers()).for_each(|layer| self.layer(layer, &mut text));
            }
        }
        files.push((format!("shop_{:03}.tf", files.len()), text));
        files
    }

    /// Writes the files of the spec into a folder.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        self.files().into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    }

    fn block(&self, index: usize, text: &mut String) {
        let name = self.name(index);
        let upstream: Vec<String> =
            self.upstream(index).iter().map(|above| format!("{KIND}.shop_{above:06}.id")).collect();
        let peers = match upstream.is_empty() {
            true => "cidr_blocks     = [\"10.0.0.0/8\"]".to_owned(),
            false => format!("security_groups = [{}]", upstream.join(", ")),
        };
        let port = port(index);
        let _ = write!(
            text,
            "resource \"{KIND}\" \"shop_{index:06}\" {{
  name   = \"{name}\"
  vpc_id = \"{NETWORK}\"
  ingress {{
    from_port       = {port}
    to_port         = {port}
    protocol        = \"tcp\"
    {peers}
  }}
  tags = {{
    Name = \"{name}\"
    Team = \"checkout\"
  }}
}}

"
        );
    }

    /// The keys of every layer, each with its port and the other one that it refers to.
    fn keys(&self, text: &mut String) {
        let width = self.layer_width();
        let (steps, step) = (width.div_ceil(STEP), width.min(STEP));
        let peer = match self.shape {
            Shape::Layered => format!("(number * 7 + 3) % {width}"),
            Shape::Wide | Shape::Chain => "number".to_owned(),
        };
        let _ = write!(
            text,
            "locals {{
  numbers = [for pair in setproduct(range({steps}), range({step})) : pair[0] * {step} + pair[1]]
  shards = {{
    for number in local.numbers : format(\"%06d\", number) => {{
      port = 1024 + number % 1000
      peer = format(\"%06d\", {peer})
    }}
  }}
}}

"
        );
    }

    fn layer(&self, layer: usize, text: &mut String) {
        let above = layer.checked_sub(1).map(|above| format!("{KIND}.layer_{above:03}"));
        let peers = match (above, self.shape) {
            (None, _) => "cidr_blocks     = [\"10.0.0.0/8\"]".to_owned(),
            (Some(above), Shape::Layered) => {
                format!("security_groups = [{above}[each.key].id, {above}[each.value.peer].id]")
            }
            (Some(above), _) => format!("security_groups = [{above}[each.key].id]"),
        };
        let _ = write!(
            text,
            "resource \"{KIND}\" \"layer_{layer:03}\" {{
  for_each = local.shards
  name     = \"shop-{layer:03}-${{each.key}}\"
  vpc_id   = \"{NETWORK}\"
  ingress {{
    from_port       = each.value.port
    to_port         = each.value.port
    protocol        = \"tcp\"
    {peers}
  }}
  tags = {{
    Name = \"shop-{layer:03}-${{each.key}}\"
    Team = \"checkout\"
  }}
}}

"
        );
    }

    /// The clouds with everything in them, as the spec wants it.
    pub fn standing(&self) -> Survey {
        let objects = (0..self.count).map(|index| Arc::new(self.object(index))).collect();
        let mut survey = Survey::default();
        survey.listed.insert(("virginia".into(), KIND), Ok(objects));
        survey
    }

    /// The clouds with nothing in them.
    pub fn empty(&self) -> Survey {
        let mut survey = Survey::default();
        survey.listed.insert(("virginia".into(), KIND), Ok(Vec::new()));
        survey
    }

    fn object(&self, index: usize) -> Live {
        let texts =
            |items: Vec<String>| Value::list(Type::String, items.into_iter().map(Value::from).collect());
        let port = match self.form {
            Form::Blocks => port(index),
            Form::ForEach => port(index % self.layer_width()),
        };
        let groups: Vec<String> = self.upstream(index).into_iter().map(native_id).collect();
        let ranges = if groups.is_empty() { vec!["10.0.0.0/8".to_owned()] } else { Vec::new() };
        let groups = groups.into_iter().map(Value::from).collect();
        let rule = Object::from_iter([
            ("cidr_blocks", texts(ranges)),
            ("description", Value::from("")),
            ("from_port", Value::from(port)),
            ("ipv6_cidr_blocks", texts(Vec::new())),
            ("prefix_list_ids", texts(Vec::new())),
            ("protocol", Value::from("tcp")),
            ("security_groups", Value::set(Type::String, groups)),
            ("self", Value::Bool(false)),
            ("to_port", Value::from(port)),
        ]);
        let rule = Value::object(rule);
        let name = self.name(index);
        let tags = Object::from_iter([("Name", Value::from(&*name)), ("Team", Value::from("checkout"))]);
        let tags = Value::map(Type::String, tags);
        let id = native_id(index);
        let address = self.address(index);
        let attributes = Object::from_iter([
            ("arn", Value::from(format!("arn:aws:ec2:us-east-1:123456789012:security-group/{id}"))),
            ("description", Value::from("Managed by Terraform")),
            ("egress", Value::set(rule.ty(), Vec::new())),
            ("id", Value::from(&*id)),
            ("ingress", Value::set(rule.ty(), vec![rule])),
            ("name", Value::from(name)),
            ("owner_id", Value::from("123456789012")),
            ("tags", tags.clone()),
            ("tags_all", tags),
            ("vpc_id", Value::from(NETWORK)),
        ]);
        Live {
            native_id: Name::from(id),
            attributes,
            owner: Some(address.owner("shop", "default")),
            hint: Some(address.to_string().into()),
            mark: None,
            token: None,
            version: None,
            state: State::Ready,
        }
    }
}

fn port(index: usize) -> i64 {
    1024 + i64::try_from(index % 1000).unwrap_or(0)
}

fn native_id(index: usize) -> String {
    format!("sg-{index:017x}")
}

const SITES: &str = r#"topology "shop" {}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}
"#;
