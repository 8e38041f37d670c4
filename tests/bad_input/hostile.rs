//! Specs that mean harm, through the binary.

use crate::{folder, relight};

const SITE: &str = "topology \"t\" {}\nsite \"east\" {\n  provider = \"aws\"\n  region = \"us-east-1\"\n  role = \"primary\"\n}\n";

/// Ends with 1, and says this.
fn refused(text: &str, said: &str) {
    let place = folder(&[("main.hcl", format!("{SITE}{text}").as_bytes())]);
    let (code, all) = relight(place.path(), &["plan", "--sandbox"]);
    let start: String = text.chars().take(80).collect();
    assert_eq!(code, Some(1), "{start}: {all}");
    assert!(all.contains(said), "{start}: {all}");
    assert!(all.len() < 20_000, "{start}: {} bytes of problems", all.len());
}

fn local(value: &str) -> String {
    format!("locals {{\n  x = {value}\n}}\noutput \"x\" {{\n  value = local.x\n}}\n")
}

#[test]
fn deep_nesting() {
    for (open, close) in
        [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("upper(", ")"), ("-", ""), ("!", "")]
    {
        refused(&local(&format!("{}1{}", open.repeat(50_000), close.repeat(50_000))), "error[");
    }
    refused(&format!("{}{}", "a {\n".repeat(50_000), "}\n".repeat(50_000)), "error[");
}

#[test]
fn circles() {
    refused(
        "locals {\n  a = local.b\n  b = local.c\n  c = local.a\n}\noutput \"x\" { value = local.a }\n",
        "local.a",
    );
    refused(
        "resource \"terraform_data\" \"a\" {\n  input = terraform_data.b.id\n}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n}\n",
        "terraform_data.a",
    );
    let main = format!("{SITE}module \"a\" {{ source = \"./a\" }}\n");
    let place = folder(&[
        ("main.hcl", main.as_bytes()),
        ("a/main.tf", b"module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", b"module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    let (code, all) = relight(place.path(), &["validate"]);
    assert_eq!(code, Some(1), "{all}");
}

#[test]
fn growth() {
    let mut doubling = "locals {\n  x0 = [\"a\", \"b\"]\n".to_owned();
    for step in 1..200 {
        doubling.push_str(&format!("  x{step} = [local.x{0}, local.x{0}]\n", step - 1));
    }
    refused(&format!("{doubling}}}\noutput \"x\" {{ value = local.x199 }}\n"), "parts");
    let mut texts = "locals {\n  x0 = \"0123456789\"\n".to_owned();
    for step in 1..60 {
        texts.push_str(&format!("  x{step} = \"${{local.x{0}}}${{local.x{0}}}\"\n", step - 1));
    }
    refused(&format!("{texts}}}\noutput \"x\" {{ value = local.x59 }}\n"), "error[");
    let million = "toset([for n in range(1024) : n])";
    refused(
        &format!(
            "resource \"terraform_data\" \"x\" {{\n  for_each = toset(flatten([for a in {million} : [for b in {million} : \"${{a}}-${{b}}\"]]))\n}}\n"
        ),
        "error[",
    );
    refused("resource \"terraform_data\" \"x\" {\n  count = 100000000000\n}\n", "error[");
    refused(&local("range(100000000)"), "error[");
    refused(&local("format(\"%999999999d\", 1)"), "error[");
    refused(&local("formatlist(\"%2000000000s\", [\"a\"])"), "error[");
    // Loops inside loops, with and without keeping what they make.
    refused(&local("[for a in range(1024) : [for b in range(1024) : [for c in range(1024) : a]]]"), "GiB");
    let counted =
        "[for a in range(1024) : length([for b in range(1024) : length([for c in range(1024) : a])])]";
    refused(&local(counted), "GiB");
    refused(&local("pow(10, pow(10, 10))"), "error[");
    refused(&local("1e999999999 * 3"), "error[");
    refused(&local("cidrsubnets(\"10.0.0.0/8\", [for n in range(1024) : 999]...)"), "error[");
    refused(&local("replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"/((a+)+)+$/\", \"b\") + 1"), "error[");
    refused(&local("setproduct([for n in range(1000) : range(1000)]...)"), "error[");
}

#[test]
fn files_that_are_not_the_specs() {
    refused(&local("file(\"../../etc/passwd\")"), "error[");
    refused(&local("file(\"/etc/passwd\")"), "error[");
    refused(&local("templatefile(\"/dev/zero\", {})"), "error[");
    refused("module \"x\" {\n  source = \"../../../../etc\"\n}\n", "error[");
    let spec = format!("{SITE}{}", local("file(\"inside\")"));
    let secret = folder(&[("secret", b"hunter2")]);
    let place = folder(&[("main.hcl", spec.as_bytes())]);
    for target in [secret.path().join("secret"), "/dev/zero".into(), "/proc/self/environ".into()] {
        let link = place.path().join("inside");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(&target, &link).expect("a link");
        let (code, all) = relight(place.path(), &["plan", "--sandbox"]);
        assert_eq!(code, Some(1), "{}: {all}", target.display());
        assert!(!all.contains("hunter2"), "{all}");
    }
    let place = folder(&[]);
    std::os::unix::fs::symlink(secret.path(), place.path().join("main.hcl")).expect("a link");
    std::os::unix::fs::symlink("loop.tf", place.path().join("loop.tf")).expect("a link");
    let (code, all) = relight(place.path(), &["validate"]);
    assert_eq!(code, Some(1), "{all}");
}

#[test]
fn large_and_unreadable_files() {
    let place = folder(&[("main.hcl", SITE.as_bytes())]);
    let large = std::fs::File::create(place.path().join("large.tf")).expect("a file");
    large.set_len(100 << 20).expect("a size");
    let (code, all) = relight(place.path(), &["validate"]);
    assert!(code == Some(1) && all.contains("large.tf"), "{all}");
    let place = folder(&[("main.hcl", SITE.as_bytes()), ("bad.tf", b"locals {\n  a = \"\xff\xfe\"\n}\n")]);
    let (code, all) = relight(place.path(), &["validate"]);
    assert!(code == Some(1) && all.contains("bad.tf"), "{all}");
}

#[test]
fn names_that_are_wrong() {
    refused("resource \"aws_vpcx\" \"a\" {}\n", "aws_vpc");
    refused("resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"a\" {}\n", "error[");
    refused(
        "site \"east\" {\n  provider = \"aws\"\n  region = \"us-east-2\"\n  role = \"standby\"\n}\n",
        "error[",
    );
    refused("variable \"a\" {}\nvariable \"a\" {}\n", "error[");
    refused("topology \"other\" {}\n", "error[");
    refused("resource \"terraform_data\" \"\" {}\n", "error[");
    refused("resource \"terraform_data\" \"../../x\" {}\n", "error[");
    refused(&local("nope.nope"), "error[");
    refused(&local("nope(1)"), "error[");
}
