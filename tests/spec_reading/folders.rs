//! Folders of specs, on disk and in memory: modules, limits, what must not be read.

use crate::support::{Memory, lines, read};
use relight::diag::{Severity, codes};
use relight::shell::folder::DiskFolder;

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

#[test]
fn modules_are_read_once_and_linked() {
    let folder = Memory::new([
        (
            "main.tf",
            "module \"a\" {\n  source = \"./net\"\n}\nmodule \"b\" {\n  source = \"./net/../net\"\n  x = 1\n  providers = { aws = aws.west }\n}\n",
        ),
        ("net/main.tf", "module \"inner\" {\n  source = \"../deep\"\n}\n"),
        ("deep/main.tf", "variable \"x\" {}\n"),
        ("z.tf.json", "{}"),
        (".terraform.lock.hcl", "this is not read"),
    ]);
    let (spec, problems, sources) = read(&folder);
    assert_eq!(lines(&problems, &sources), ["RL0117 (note) - `z.tf.json` is not read: only HCL text is. |"]);
    let calls: Vec<u32> = spec.modules[0].calls.iter().map(|call| call.module.0).collect();
    assert_eq!((calls, spec.modules[1].calls[0].module.0), (vec![1, 1], 2));
    assert_eq!(spec.modules[0].calls[1].arguments.len(), 1);
    let files: Vec<&str> = spec.files.iter().map(|(path, _)| &**path).collect();
    assert_eq!(files, ["deep/main.tf", "main.tf", "net/main.tf"]);
    assert_ne!(spec.files[0].1, spec.files[1].1);
}

#[test]
fn sources_that_lead_nowhere() {
    let call = |name: &str, source: &str| format!("module \"{name}\" {{\n  source = {source}\n}}\n");
    let main: String = [
        call("missing", "\"./nope\""),
        call("outside", "\"../../etc\""),
        call("remote", "\"terraform-aws-modules/vpc/aws\""),
        call("known", "\"acme/net/aws\""),
        call("other", "\"acme/other/aws\""),
        call("absolute", "\"/etc\""),
        call("built_in", "\"relight://network\""),
        call("computed", "var.source"),
        call("empty", "\"./empty\""),
    ]
    .concat();
    let installed = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
        {"Key":"known","Source":"registry.terraform.io/acme/net/aws","Version":"1.0.0","Dir":".terraform/modules/known"},
        {"Key":"other","Source":"registry.terraform.io/acme/net/aws","Dir":".terraform/modules/known"}]}"#;
    let folder = Memory::new([
        ("main.tf", &main),
        ("empty/readme.md", ""),
        (".terraform/modules/modules.json", installed),
        (".terraform/modules/known/main.tf", "locals {}\n"),
    ]);
    let (spec, problems, sources) = read(&folder);
    insta::assert_snapshot!(lines(&problems, &sources).join("\n"));
    let calls: Vec<&str> = spec.modules[0].calls.iter().map(|call| &*call.name.name).collect();
    assert_eq!(calls, ["known", "empty"]);
}

#[test]
fn modules_in_a_circle_are_shown_as_a_path() {
    let call = |source: &str| format!("module \"m\" {{\n  source = \"{source}\"\n}}\n");
    let folder = Memory::new([
        ("main.tf", &call("./a")),
        ("a/main.tf", &call("../b")),
        ("b/main.tf", &(call("../a") + "site \"x\" {\n  provider = \"aws\"\n  role = \"primary\"\n}\n")),
    ]);
    let (_, problems, sources) = read(&folder);
    insta::assert_snapshot!(lines(&problems, &sources).join("\n"));
}

#[test]
fn a_folder_without_a_spec() {
    let (_, problems, _) = read(&Memory::default());
    assert!(problems.iter().all(|problem| problem.code == codes::NO_FILES) && problems.has_errors());
}

#[cfg(unix)]
mod disk {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use relight::expr::Files;
    use relight::shell::files::ModuleFiles;
    use relight::spec::{Folder, FolderError};
    use tempfile::TempDir;

    use super::*;

    /// `repo/.git`, `repo/spec`, `repo/spec/mod`, `repo/common`, and `secret.tf` outside of `repo`.
    fn repository() -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for inner in ["repo/.git", "repo/spec/mod", "repo/common"] {
            fs::create_dir_all(folder.path().join(inner)).expect("a folder");
        }
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
        write("secret.tf", "locals { secret = 1 }\n");
        write("repo/common/main.tf", "locals {}\n");
        write("repo/spec/main.tf", "module \"common\" {\n  source = \"../common\"\n}\n");
        write("repo/spec/mod/a.txt", "a");
        write("repo/spec/b.txt", "b");
        folder
    }

    fn open(folder: &TempDir) -> DiskFolder {
        DiskFolder::open(&folder.path().join("repo/spec")).expect("the spec's folder")
    }

    #[test]
    fn modules_may_lie_anywhere_in_the_repository_and_nowhere_else() {
        let temporary = repository();
        let (spec, problems, sources) = read(&open(&temporary));
        assert_eq!(lines(&problems, &sources), [""; 0]);
        assert_eq!(&*spec.modules[1].directory, "../common");
        let folder = open(&temporary);
        assert_eq!(folder.resolve(".", "../.."), Err(FolderError::Outside));
        assert_eq!(
            folder.resolve(".", "../../nowhere"),
            Err(FolderError::Outside),
            "says nothing about what is there"
        );
        assert_eq!(folder.resolve(".", "./nope"), Err(FolderError::Missing));
        assert_eq!(folder.resolve("../common", "../spec/mod/.."), Ok(".".to_owned()));
        fs::remove_dir(temporary.path().join("repo/.git")).expect("no repository any more");
        assert_eq!(open(&temporary).resolve(".", "../common"), Err(FolderError::Outside));
    }

    #[test]
    fn symbolic_links_out_of_the_repository_are_refused() {
        let temporary = repository();
        let link = |to: &str, from: &str| symlink(to, temporary.path().join(from)).expect("a link");
        link("../../secret.tf", "repo/spec/link.tf");
        link("../common/main.tf", "repo/spec/good.tf");
        link("../..", "repo/spec/up");
        link("/dev/zero", "repo/spec/zero.tf");
        link("loop.tf", "repo/spec/loop.tf");
        let (spec, problems, _) = read(&open(&temporary));
        let mut found: Vec<_> = problems.iter().map(|problem| problem.code.id()).collect();
        found.sort_unstable();
        assert_eq!(found, ["RL0104", "RL0105", "RL0105"]);
        assert!(spec.modules[0].locals.is_empty());
        assert_eq!(open(&temporary).resolve(".", "./up"), Err(FolderError::Outside));
    }

    #[test]
    fn files_of_more_than_32_mb_are_not_even_opened() {
        let temporary = repository();
        let path = temporary.path().join("repo/spec/big.tf");
        fs::File::create(&path).and_then(|file| file.set_len(100 << 20)).expect("a sparse file");
        let (_, problems, _) = read(&open(&temporary));
        let found: Vec<_> = problems.iter().map(|problem| (problem.code, problem.message.clone())).collect();
        assert_eq!(
            found,
            [(codes::FILE_TOO_LARGE, "`big.tf` has 104857600 bytes; at most 32 MB are read.".to_owned())]
        );
    }

    #[test]
    fn file_functions_stay_in_their_module() {
        let temporary = repository();
        let folder = open(&temporary);
        let (root, module) = (ModuleFiles::new(&folder, "."), ModuleFiles::new(&folder, "mod"));
        assert_eq!(root.read("./b.txt").as_deref(), Ok(&b"b"[..]));
        assert_eq!(module.read("mod/a.txt").as_deref(), Ok(&b"a"[..]));
        assert_eq!(module.exists("mod/nope.txt"), Ok(false));
        for outside in ["../../secret.tf", "/etc/passwd", "../common/main.tf", "mod/../../../secret.tf"] {
            let error = root.read(outside).expect_err(outside);
            assert!(error.contains("outside of the module's folder"), "{error}");
            assert!(root.exists(outside).is_err(), "{outside}");
        }
        assert!(module.read("b.txt").is_err(), "the root's file is not the module's");
        symlink("../../../secret.tf", temporary.path().join("repo/spec/mod/link")).expect("a link");
        assert!(module.read("mod/link").is_err());
        assert_eq!(root.matching(".", "**/*.txt"), Ok(vec!["b.txt".to_owned(), "mod/a.txt".to_owned()]));
        assert_eq!(root.matching("mod", "*"), Ok(vec!["a.txt".to_owned()]));
        assert!(root.matching("mod", "../../*").is_err());
        let error = root.template("x.tftpl", "a\n${").expect_err("no template");
        assert!(error.starts_with("x.tftpl:2:"), "{error}");
        assert!(Path::new("/dev/zero").exists() && root.read("/dev/zero").is_err());
    }
}
