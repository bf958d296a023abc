//! One moto server for the whole test binary; beds are told apart by account number.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use crate::python;

const PATIENCE: Duration = Duration::from_secs(120);

struct Server {
    address: SocketAddr,
    /// Holds the server's stdin: the server ends when this process does.
    _process: Child,
}

pub(crate) fn address() -> SocketAddr {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start).address
}

fn start() -> Server {
    let log_path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("moto.log");
    let log = File::create(&log_path).unwrap_or_else(|e| panic!("cannot create {}: {e}", log_path.display()));
    let mut process = Command::new(python::interpreter())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/serve_moto.py"))
        .env_clear()
        .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("cannot start the moto server");

    let stdout = process.stdout.take().expect("the moto server has no stdout");
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = sender.send(line);
    });
    let line = receiver.recv_timeout(PATIENCE).unwrap_or_default();
    let port: u16 = line.trim().parse().unwrap_or_else(|_| {
        panic!("the moto server did not say its port within {PATIENCE:?}; see {}", log_path.display())
    });
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let deadline = Instant::now() + PATIENCE;
    while !answers(address) {
        assert!(Instant::now() < deadline, "the moto server at {address} does not answer; see {}", log_path.display());
        std::thread::sleep(Duration::from_millis(50));
    }
    Server { address, _process: process }
}

fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let request = format!("GET /moto-api/data.json HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.split(' ').nth(1) == Some("200")
}
