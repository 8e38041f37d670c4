//! Folders of specs, on disk and in memory: modules, limits, what must not be read.

mod spec_support;

use relight::diag::{Severity, codes};
use relight::shell::folder::DiskFolder;
use spec_support::{Memory, lines, read};

#[test]
fn the_lift_example_reads_without_errors() {
    let folder = DiskFolder::open("examples/lift".as_ref()).expect("the example is there");
    let (spec, problems, sources) = read(&folder);
    let errors = lines(&problems, &sources);
    assert_eq!(problems.count(Severity::Error), 0, "{errors:#?}");
    let directories: Vec<&str> = spec.modules.iter().map(|module| &*module.directory).collect();
    assert_eq!(directories, [".", "modules/fleet", "modules/network"]);
    let root = &spec.modules[0];
    assert_eq!(root.sites.len(), 2);
    assert_eq!(root.overlays.len(), 20);
    let notes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert!(notes.iter().all(|code| *code == codes::READ_PAST), "{notes:?}");
}
