//! Captures that were recorded before.

use crate::capture::Capture;
use crate::capture::file::{self, CaptureError};
use std::path::Path;

/// Reads capture files; several are merged into one.
///
/// # Errors
/// The first file that is no capture, with the line.
pub fn read(paths: &[impl AsRef<Path>]) -> Result<Capture, CaptureError> {
    let captures = paths.iter().map(|path| file::read(path.as_ref())).collect::<Result<Vec<_>, _>>()?;
    file::merge(captures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_one_capture() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, account: &str| {
            let record = format!(r#"{{"record":"restUnit","account":"{account}","facts":{{"api":{{"id":"a"}}}}}}"#);
            let path = folder.path().join(name);
            let mut bytes = Vec::new();
            file::write(file::fragment(&record).expect("readable"), &mut bytes).expect("written");
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let merged = read(&[file("one", "111111111111"), file("two", "222222222222")]).expect("readable");
        assert_eq!(merged.directory.len(), 2);
        assert_eq!(merged.units.count(), 2);
        assert!(read(&[folder.path().join("three")]).is_err());
    }
}
