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
