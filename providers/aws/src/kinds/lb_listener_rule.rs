//! `aws_lb_listener_rule`: what a listener does with some of its requests. Found by its owner tag, as class C: its key
//! is the listener and the priority, but the priority can change in place.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation,
    Placement, block,
};

use super::lb_action::RuleAction;
use crate::timing::{CALL, QUICK};

block! {
    /// Values, one of which must match.
    pub struct Values {
        values: BTreeSet<String> = required().doc("The values, one of which must match."),
    }
}

block! {
    /// A header, and its values.
    pub struct HttpHeader {
        http_header_name: String = required().ignore_case().doc("The name of the header."),
        values: BTreeSet<String> = required().doc("The values, one of which must match."),
    }
}

block! {
    /// A parameter of the query.
    pub struct QueryString {
        key: String = optional().doc("The name of the parameter; any where there is none."),
        value: String = required().doc("Its value."),
    }
}

block! {
    /// What a request must have; one of these.
    pub struct Condition {
        host_header: BlockList<Values> = optional().maximum(1).doc("The host that is asked for."),
        http_header: BlockList<HttpHeader> = optional().maximum(1).doc("A header of the request."),
        http_request_method: BlockList<Values> = optional().maximum(1).doc("The method."),
        path_pattern: BlockList<Values> = optional().maximum(1).doc("The path that is asked for."),
        query_string: Blocks<QueryString> = optional().doc("Parameters of the query, one of which must match."),
        source_ip: BlockList<Values> = optional().maximum(1).doc("The client's network, as a CIDR block."),
    }
}

block! {
    /// The attributes of `aws_lb_listener_rule`.
    pub struct ListenerRule {
        action: BlockList<RuleAction> = required().minimum(1).doc("What happens to a request that the rule takes."),
        arn: String = output()
            .made("arn:aws:elasticloadbalancing:{region}:{account}:listener-rule/app/{listener_arn:last}/{hex:16}")
            .doc("The ARN."),
        condition: Blocks<Condition> = required().minimum(1).doc("What a request must have, all of it."),
        id: String = output().made("{arn}").doc("The ARN."),
        listener_arn: String = required().replaces().refers("aws_lb_listener", "arn").doc("The listener."),
        priority: i64 = computed()
            .doc("The place among the listener's rules, the lowest first; else behind all that there are."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

const READS: &[&str] = &["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags"];

/// The table of `aws_lb_listener_rule`. Calls: Elastic Load Balancing API reference 2015-12-01; rules are listed a
/// listener at a time.
pub static KIND: Kind = Kind {
    name: "aws_lb_listener_rule",
    provider: "aws",
    service: "elasticloadbalancing",
    doc: "What a listener of an application load balancer does with some of its requests.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: ListenerRule::FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "aws_lb_listener", attribute: "listener_arn", page: 400 },
    details: &[Detail { call: "elasticloadbalancing:DescribeTags", objects: 20, fields: &[] }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:DescribeRules",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticloadbalancing:ModifyRule",
                "elasticloadbalancing:SetRulePriorities",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticloadbalancing:DeleteRule"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A path that goes elsewhere",
        hcl: EXAMPLE,
        update: "priority = 20",
        replace: "listener_arn = aws_lb_listener.other.arn",
    }],
};

const EXAMPLE: &str = r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_lb" "example" {
  name     = "example"
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_lb_target_group" "api" {
  name     = "api"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.example.id
}

resource "aws_lb_listener" "example" {
  load_balancer_arn = aws_lb.example.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "not here"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "other" {
  load_balancer_arn = aws_lb.example.arn
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "80"
      status_code = "HTTP_302"
    }
  }
}

resource "aws_lb_listener_rule" "example" {
  listener_arn = aws_lb_listener.example.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
  condition {
    host_header {
      values = ["shop.example.com", "www.example.com"]
    }
  }
}
"#;
