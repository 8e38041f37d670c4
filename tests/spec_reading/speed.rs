//! How fast a large spec is read; run by hand, in release: `cargo test --release --test spec_reading -- --ignored`.

use std::fmt::Write;

use crate::support::{Memory, read};

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures how long the reading takes")]
#[ignore = "measures; prints, judges nothing"]
fn a_hundred_thousand_blocks() {
    for (files, blocks) in [(30, 100_000), (1, 16_667)] {
        let mut folder = Memory::default();
        for file in 0..files {
            let mut text = String::new();
            for block in 0..blocks / files {
                let _ = write!(
                    text,
                    "resource \"aws_subnet\" \"s{file}_{block}\" {{\n  vpc_id            = aws_vpc.main.id\n  \
                     availability_zone = \"${{site.region}}a\"\n  cidr_block        = cidrsubnet(site.cidr, 8, {block})\n  \
                     tags = {{\n    Name  = \"subnet-{block}\"\n    Owner = var.owner\n  }}\n  \
                     standby \"pilot_light\" {{ exists = false }}\n}}\n\n"
                );
            }
            folder.0.insert(format!("f{file:02}.tf"), text.into_bytes());
        }
        let bytes: usize = folder.0.values().map(Vec::len).sum();
        let start = std::time::Instant::now();
        let (spec, problems, _sources) = read(&folder);
        let took = start.elapsed();
        println!("{bytes} bytes in {files} files, {} blocks: {took:?}", spec.modules[0].resources.len());
        assert!(problems.is_empty());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
}
