//! A virtual environment with exactly the packages of `requirements.txt`, built once and shared by every later run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The interpreter of the virtual environment, which is built on first use.
pub(crate) fn interpreter() -> &'static Path {
    static INTERPRETER: OnceLock<PathBuf> = OnceLock::new();
    INTERPRETER.get_or_init(provision)
}

fn provision() -> PathBuf {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("moto");
    fs::create_dir_all(&home).unwrap_or_else(|e| panic!("cannot create {}: {e}", home.display()));
    let venv = home.join(fingerprint());
    let python = venv.join("bin").join("python");
    let complete = venv.join("complete");

    // Test binaries may start side by side; the loser of this race finds the work done.
    let lock = File::create(home.join("lock")).expect("cannot create the lock file of the virtual environment");
    lock.lock().expect("cannot lock the virtual environment");
    if !complete.exists() {
        // A virtual environment holds absolute paths, so it cannot be built aside and renamed: the marker says it is whole.
        let _ = fs::remove_dir_all(&venv);
        run(
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
            "These tests need Python 3.10 or newer with its venv module, as `python3` on the PATH \
             (Debian and Ubuntu: apt install python3-venv).",
        );
        let requirements = venv.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS).expect("cannot write the requirements file");
        run(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"])
                .args(["--disable-pip-version-check", "--no-input", "--requirement"])
                .arg(&requirements),
            "These tests install moto from the Python package index; pip has to be able to reach it (or a mirror).",
        );
        File::create(&complete).expect("cannot mark the virtual environment as complete");
    }
    python
}

/// The platform is part of it: a target directory may be shared between a container and its host.
fn fingerprint() -> String {
    let seed = format!("{}-{}\n{REQUIREMENTS}", std::env::consts::OS, std::env::consts::ARCH);
    let digest = Sha256::digest(seed.as_bytes());
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn run(command: &mut Command, advice: &str) {
    let output = command.output().unwrap_or_else(|e| panic!("cannot start {command:?}: {e}. {advice}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}. {advice}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
