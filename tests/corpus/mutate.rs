//! Damaged files: bytes changed, cut out, doubled and cut off, in every format. No reader may panic, and
//! none may take much memory for a file of a few kilobytes.

use std::fs;

use seefit::base::{Cancel, Random};
use seefit::data::{self, ReadOptions};

use super::golden::files;

const ROUNDS: usize = 8;

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let length = bytes.len();
        if length < 2 {
            return;
        }
        let at = random.below(length);
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.word() as u8,
            2 => bytes[at] = [0, 0xff, 0x7f, 0x80, b'"', b'\n'][random.below(6)],
            3 => bytes.truncate(at.max(1)),
            4 => drop(bytes.drain(at..(at + 1 + random.below(16)).min(length))),
            _ => {
                let piece = bytes[at..(at + 1 + random.below(32)).min(length)].to_vec();
                let to = random.below(length);
                bytes.splice(to..to, piece);
            }
        }
    }
}

#[test]
fn damaged_files_do_no_harm() {
    let folder = std::env::temp_dir().join(format!("seefit-mutate-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut random = Random::new(7);
    let (mut cases, mut tables) = (0, 0);
    for file in files() {
        let whole = fs::read(&file).unwrap();
        let path = folder.join(file.file_name().unwrap());
        for _ in 0..ROUNDS {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut random);
            fs::write(&path, &bytes).unwrap();
            cases += 1;
            let read = data::open(
                &path.display().to_string(),
                &ReadOptions::default(),
                &Cancel::new(),
            );
            match read {
                Ok(table) => {
                    tables += 1;
                    for column in table.columns() {
                        assert_eq!(column.len(), table.rows(), "{}", path.display());
                        // Every cell can be shown.
                        let shown = (0..column.len().min(50)).map(|row| column.cell(row).len());
                        let _: usize = shown.sum();
                    }
                }
                Err(halt) => assert!(format!("{halt:?}").starts_with("Failed"), "{halt:?}"),
            }
        }
        fs::remove_file(&path).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(
        cases >= 1000 && tables > cases / 4,
        "{tables} tables of {cases}"
    );
    if let Some(peak) = peak_memory_kb() {
        assert!(peak < 2_000_000, "the peak was {peak} KB");
    }
}

/// Of this process, where the system tells.
fn peak_memory_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
