use super::*;

mod broken;
mod laws;
mod secrets;
mod shapes;

use shapes::bare;

pub(super) fn tree(text: &str) -> Node {
    match read(7, "template.yaml", text.as_bytes()) {
        Ok(document) => document.root,
        Err(error) => panic!("{text:?}: {error} {:?}", error.places),
    }
}

/// What stands at a node.
pub(super) fn at(text: &str, node: &Node) -> String {
    assert_eq!(node.at.file, 7);
    text[node.at.range()].to_owned()
}

/// A node by its keys and indices.
pub(super) fn find<'a>(root: &'a Node, path: &str) -> &'a Node {
    path.split('/').fold(root, |node, step| match &node.is {
        Is::List(items) => &items[step.parse::<usize>().unwrap()],
        _ => node.get(step).unwrap_or_else(|| panic!("no {step} in {node:?}")),
    })
}
