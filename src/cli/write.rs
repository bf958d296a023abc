//! A file is written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes beside the file, and puts it in its place when all is written. What is no regular
/// file (`/dev/stdout`, a pipe) is written to directly.
pub(super) fn whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Behind a symbolic link the file is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
        return filled(File::options().write(true).open(&path)?, fill);
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let done = File::create_new(&beside).and_then(|file| filled(file, fill)).and_then(|()| fs::rename(&beside, &path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

fn filled(file: File, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    fill(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report");
        whole(&path, |out| out.write_all(b"first")).expect("written");
        let failed = whole(&path, |out| {
            out.write_all(&[0; 100_000])?;
            Err(io::Error::other("no more"))
        });
        assert!(failed.is_err());
        let names: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").filter_map(|it| Some(it.ok()?.file_name())).collect();
        assert_eq!(names, ["report"]);
        assert_eq!(File::open(&path).and_then(io::read_to_string).expect("still there"), "first");
        whole(&path, |out| out.write_all(b"second")).expect("written");
        assert_eq!(File::open(&path).and_then(io::read_to_string).expect("still there"), "second");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_stay_what_they_are() {
        whole(Path::new("/dev/null"), |out| out.write_all(b"gone")).expect("written");
        assert!(!fs::metadata("/dev/null").expect("still there").is_file());
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        whole(&file, |out| out.write_all(b"1")).expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        whole(&link, |out| out.write_all(b"2")).expect("written");
        assert!(fs::symlink_metadata(&link).expect("still there").is_symlink());
        assert_eq!(File::open(&file).and_then(io::read_to_string).expect("still there"), "2");
    }
}
