//! What `cdk synth` leaves in `cdk.out`: a manifest, and templates beside it.
//!
//! The manifest's schema: <https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html>. Stages are
//! assemblies in folders of their own; stacks inside stacks are assets, named by their resource's metadata.

use super::{FileError, find};
use crate::source::tree::{self, Node};
use std::path::{Path, PathBuf};

/// A stack of an assembly.
pub(super) struct Listed {
    pub(super) template: PathBuf,
    pub(super) name: String,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
}

/// How deep stages may stand inside each other.
const DEEPEST: usize = 8;
const MANIFEST: &str = "manifest.json";

/// Is the folder a cloud assembly?
pub(super) fn is_assembly(folder: &Path) -> bool {
    let manifest = folder.join(MANIFEST);
    if !manifest.is_file() {
        return false;
    }
    match read(&manifest) {
        Ok(root) => root.get("artifacts").is_some_and(|it| it.as_map().is_some()),
        // The CDK leaves a file of this name too: then it is an assembly, and a broken one.
        Err(_) => folder.join("cdk.out").is_file(),
    }
}

/// The stacks of the assembly and of its stages, in the manifest's order.
///
/// # Errors
/// The manifest cannot be read, or names files outside its folder.
pub(super) fn stacks(folder: &Path) -> miette::Result<Vec<Listed>> {
    let mut found = Vec::new();
    collect(folder, 0, &mut found)?;
    Ok(found)
}

fn collect(folder: &Path, depth: usize, into: &mut Vec<Listed>) -> miette::Result<()> {
    let manifest = folder.join(MANIFEST);
    if depth > DEEPEST {
        return Err(
            FileError::new(&manifest, format!("stages stand more than {DEEPEST} deep inside each other")).into()
        );
    }
    let root = read(&manifest)?;
    for artifact in root.get("artifacts").and_then(Node::as_map).unwrap_or_default() {
        let text = |key: &str| artifact.value.get("properties").and_then(|it| it.get(key)).and_then(Node::as_text);
        match artifact.value.get("type").and_then(Node::as_text) {
            Some("aws:cloudformation:stack") => {
                let file = text("templateFile").unwrap_or_default();
                let environment = artifact.value.get("environment").and_then(Node::as_text).unwrap_or_default();
                let (account, region) = placed(environment);
                into.push(Listed {
                    template: within(folder, &manifest, file)?,
                    name: text("stackName").unwrap_or(&artifact.key).to_owned(),
                    account,
                    region,
                });
            }
            Some("cdk:cloud-assembly") => {
                let directory = within(folder, &manifest, text("directoryName").unwrap_or_default())?;
                collect(&directory, depth + 1, into)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn read(manifest: &Path) -> miette::Result<Node> {
    let bytes = find::bytes(manifest).map_err(|error| FileError::new(manifest, format!("cannot be read: {error}")))?;
    Ok(tree::read(0, &manifest.display().to_string(), &bytes)?.root)
}

/// A manifest names what lies beside it.
fn within(folder: &Path, manifest: &Path, name: &str) -> miette::Result<PathBuf> {
    let plain = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if name.is_empty() || !plain {
        return Err(FileError::new(manifest, format!("names {name:?}, which is no file of its folder")).into());
    }
    Ok(folder.join(name))
}

/// `aws://ACCOUNT/REGION`, each of which may be unknown.
fn placed(environment: &str) -> (Option<String>, Option<String>) {
    let Some((account, region)) = environment.strip_prefix("aws://").and_then(|it| it.split_once('/')) else {
        return (None, None);
    };
    let known = |part: &str| (!part.is_empty() && !part.starts_with("unknown-")).then(|| part.to_owned());
    (known(account), known(region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn environments_may_be_unknown() {
        let both = (Some("111122223333".to_owned()), Some("eu-west-1".to_owned()));
        assert_eq!(placed("aws://111122223333/eu-west-1"), both);
        assert_eq!(placed("aws://unknown-account/eu-west-1"), (None, both.1));
        assert_eq!(placed("aws://unknown-account/unknown-region"), (None, None));
        assert_eq!(placed(""), (None, None));
    }

    #[test]
    fn stages_and_stacks_are_listed_and_nothing_outside_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let stage = folder.path().join("assembly-Prod");
        fs::create_dir(&stage).expect("made");
        let stack = |name: &str| {
            format!(
                r#"{{"type": "aws:cloudformation:stack", "environment": "aws://1/r", "properties": {{"templateFile": "{name}"}}}}"#
            )
        };
        let inner = format!(r#"{{"version": "36.0.0", "artifacts": {{"Prod-Shop": {}}}}}"#, stack("shop.json"));
        fs::write(stage.join(MANIFEST), inner).expect("written");
        let outer = format!(
            r#"{{"version": "36.0.0", "artifacts": {{"Tree": {{"type": "cdk:tree"}}, "Base": {},
                "assembly-Prod": {{"type": "cdk:cloud-assembly", "properties": {{"directoryName": "assembly-Prod"}}}}}}}}"#,
            stack("base.json")
        );
        fs::write(folder.path().join(MANIFEST), outer).expect("written");
        assert!(is_assembly(folder.path()));
        let found = stacks(folder.path()).expect("read");
        let names: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.template.clone())).collect();
        assert_eq!(names, [("Base", folder.path().join("base.json")), ("Prod-Shop", stage.join("shop.json"))]);

        let bad = format!(r#"{{"artifacts": {{"Out": {}}}}}"#, stack("../../etc/passwd"));
        fs::write(folder.path().join(MANIFEST), bad).expect("written");
        let error = stacks(folder.path()).err().expect("refused").to_string();
        assert!(error.contains("no file of its folder"), "{error}");
    }
}
