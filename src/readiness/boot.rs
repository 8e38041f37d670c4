//! What machines need from the internet when they start, on a day when everybody starts machines.

use std::collections::{BTreeSet, HashSet};

use base64::Engine as _;
use relight_contract::Part;

use super::act::Deed;
use super::case::{Case, Findings};
use super::fact::facts;
use crate::desired::InstanceId;
use crate::diag::{Diagnostic, codes};

/// Words that a command begins with which installs something from elsewhere, and what that is.
const INSTALLERS: [(&[&str], &str); 16] = [
    (&["apt-get", "install"], "packages"),
    (&["apt", "install"], "packages"),
    (&["yum", "install"], "packages"),
    (&["dnf", "install"], "packages"),
    (&["zypper", "install"], "packages"),
    (&["apk", "add"], "packages"),
    (&["pip", "install"], "Python packages"),
    (&["pip3", "install"], "Python packages"),
    (&["npm", "install"], "Node packages"),
    (&["npm", "ci"], "Node packages"),
    (&["yarn", "install"], "Node packages"),
    (&["gem", "install"], "Ruby gems"),
    (&["cargo", "install"], "crates"),
    (&["go", "install"], "Go modules"),
    (&["git", "clone"], "a repository"),
    (&["amazon-linux-extras", "install"], "packages"),
];

/// Registries that everybody pulls from. A name without a registry comes from the first one.
const PUBLIC: [&str; 6] = ["docker.io", "ghcr.io", "quay.io", "gcr.io", "registry.k8s.io", "public.ecr.aws"];

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let started = started(case);
    for id in &case.after.telling {
        let instance = case.after.desired.instance(*id);
        if !started.contains(id) || !case.is_serving(instance) {
            continue;
        }
        let script: Vec<String> = facts(instance)
            .into_iter()
            .filter(|fact| fact.part == Part::StartScript)
            .flat_map(|fact| case.after.texts(fact.value))
            .map(|text| decoded(&text))
            .collect();
        let needs: BTreeSet<String> =
            script.iter().flat_map(|text| text.lines()).filter_map(fetched).collect();
        if needs.is_empty() {
            continue;
        }
        let needs: Vec<String> = needs.into_iter().collect();
        let text = format!(
            "machines of `{}` start {}, and fetch {}",
            instance.address,
            case.when(),
            needs.join(", ")
        );
        findings.add(
            Diagnostic::warning(codes::BOOT_DEPENDENCY, text)
                .at(instance.span)
                .address(&instance.address)
                .help("build them into the image, or keep a copy in the site itself"),
        );
    }
}

/// What machines that start in a recovery are made from: everything that what is made or grows follows.
fn started(case: &Case<'_>) -> HashSet<InstanceId> {
    let grows = |deed: Deed| matches!(deed, Deed::Create | Deed::Scale);
    let mut waiting: Vec<InstanceId> =
        case.acts.iter().filter(|act| grows(act.deed)).map(|act| act.id).collect();
    let mut found = HashSet::new();
    let mut joins = HashSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(case.after.follows_once(case.after.desired.instance(id), &mut joins));
        }
    }
    found
}

/// A script that stands there in base64, in clear.
fn decoded(text: &str) -> String {
    let one_word = !text.is_empty() && !text.contains([' ', '\n']);
    let bytes = one_word.then(|| base64::engine::general_purpose::STANDARD.decode(text).ok()).flatten();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

/// What a line fetches from the internet.
fn fetched(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let ends = |letter: char| letter.is_whitespace() || "\"'[],;&|".contains(letter);
    let words: Vec<&str> = line.split(ends).filter(|word| !word.is_empty()).collect();
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    for (command, what) in INSTALLERS {
        if plain.windows(command.len()).any(|window| window == command) {
            return Some(format!("{what} (`{}`)", command.join(" ")));
        }
    }
    let pulls = ["docker", "podman", "nerdctl"];
    let pulled =
        plain.windows(2).position(|pair| pulls.contains(&pair[0]) && ["pull", "run"].contains(&pair[1]));
    if let Some(image) = pulled.and_then(|at| image(&plain, at)).filter(|image| is_public(image)) {
        return Some(format!("the image `{image}`"));
    }
    let piped = line.contains('|') && words.iter().any(|word| ["sh", "bash"].contains(word));
    let download = words.iter().any(|word| ["curl", "wget"].contains(word)) && line.contains("://");
    (piped && download).then(|| "a script that it runs (`curl | sh`)".to_owned())
}

/// The image that a `pull` or `run` names: the first word behind it that looks like one.
fn image<'l>(words: &[&'l str], at: usize) -> Option<&'l str> {
    let pulls = words.get(at + 1) == Some(&"pull");
    let rest = words.get(at + 2..)?;
    match pulls {
        true => rest.first().copied(),
        false => rest.iter().copied().find(|word| PUBLIC.iter().any(|registry| word.starts_with(registry))),
    }
}

fn is_public(image: &str) -> bool {
    let registry = image.split_once('/').map_or("", |(first, _)| first);
    let named = registry.contains(['.', ':', '$']) || registry == "localhost";
    !image.starts_with('$') && (!named || PUBLIC.contains(&registry))
}

#[cfg(test)]
mod tests {
    use super::fetched;

    #[test]
    fn lines_that_fetch_are_found() {
        let fetch = [
            "apt-get -y install nginx",
            "sudo dnf install -y postgresql",
            "yum -y update && yum -y install httpd",
            "pip3 install --quiet flask==3.0",
            "curl -fsSL https://get.example/install.sh | sudo bash",
            "docker pull nginx:1.27",
            "docker run -d -p 80:80 quay.io/shop/web:4",
            "  - [dnf, install, -y, git]",
        ];
        for line in fetch {
            assert!(fetched(line).is_some(), "{line}");
        }
        let quiet = [
            "# apt-get install nginx",
            "systemctl enable --now webshop",
            "curl http://169.254.169.254/latest/meta-data/",
            "docker pull 1234.dkr.ecr.us-west-2.amazonaws.com/shop:4",
            "docker run -d --name web $IMAGE",
            "echo install",
        ];
        for line in quiet {
            assert_eq!(fetched(line), None, "{line}");
        }
    }
}
