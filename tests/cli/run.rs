//! The program, its output as JSON, and folders of files for it.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `seefit` with these arguments.
pub fn seefit(arguments: &[&str]) -> Ended {
    with_input(arguments, "")
}

/// The same with a text on standard input.
pub fn with_input(arguments: &[&str], input: &str) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_seefit"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input closes the pipe: that is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a command that must succeed and gives its one JSON object.
pub fn json(arguments: &[&str]) -> Value {
    let mut with_json = arguments.to_vec();
    with_json.push("--json");
    let ended = seefit(&with_json);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (0, ""),
        "{arguments:?}: {}",
        ended.err
    );
    assert_eq!(ended.out.lines().count(), 1, "{arguments:?}");
    serde_json::from_str(&ended.out).unwrap()
}

/// The sentence of a command that must end with this code, and print nothing else.
pub fn sentence(arguments: &[&str], code: i32) -> String {
    let ended = seefit(arguments);
    assert_eq!(
        ended.code, code,
        "{arguments:?}: {}{}",
        ended.out, ended.err
    );
    assert_eq!(ended.out, "", "{arguments:?}");
    assert_eq!(ended.err.lines().count(), 1, "{arguments:?}: {}", ended.err);
    assert!(
        ended.err.trim_end().ends_with('.'),
        "{arguments:?}: {}",
        ended.err
    );
    ended.err
}

/// A folder for one test, removed with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("seefit-cli-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
