//! `aws_route_table_association`: which table a subnet or gateway uses. Class D: its key is the subnet or the
//! gateway, which has one table at most.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_route_table_association`.
    pub struct RouteTableAssociation {
        gateway_id: String = optional().replaces().mentions("aws_internet_gateway", "id")
            .doc("The internet or virtual private gateway whose incoming traffic the table steers."),
        id: String = output().made("rtbassoc-{hex:17}").moves().doc("The id; AWS gives a new one with another table."),
        route_table_id: String = required().refers("aws_route_table", "id")
            .doc("The table; another one takes over without a gap."),
        subnet_id: String = optional().replaces().conflicts(&["gateway_id"]).refers("aws_subnet", "id")
            .doc("The subnet whose outgoing traffic the table steers."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// The table of `aws_route_table_association`. Listing tables lists their associations too. Calls: Amazon EC2 API
/// reference, `AssociateRouteTable`, which takes neither a token nor tags.
pub static KIND: Kind = Kind {
    name: "aws_route_table_association",
    provider: "aws",
    service: "ec2",
    doc: "Makes a subnet or a gateway use a route table.",
    placement: Placement::Regional,
    identity: Identity::Key(&["subnet_id", "gateway_id"]),
    tags: None,
    fields: RouteTableAssociation::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeRouteTables"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeRouteTables"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:ReplaceRouteTableAssociation"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DisassociateRouteTable"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A subnet's table",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "example" {
  vpc_id     = aws_vpc.example.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "other" {
  vpc_id     = aws_vpc.example.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table" "example" {
  vpc_id = aws_vpc.example.id
}

resource "aws_route_table" "other" {
  vpc_id = aws_vpc.example.id
}

resource "aws_route_table_association" "example" {
  subnet_id      = aws_subnet.example.id
  route_table_id = aws_route_table.example.id
}
"#,
        update: "route_table_id = aws_route_table.other.id",
        replace: "subnet_id = aws_subnet.other.id",
    }],
};
