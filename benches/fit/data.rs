//! The data as the script writes it, and what the system says of this process.

use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read};
use std::sync::Arc;

use seefit::base::Hash128;
use seefit::model::Samples;
use seefit::numeric::{Labels, Matrix};

pub struct Data {
    pub samples: Arc<Samples>,
    pub test: Matrix,
}

impl Data {
    /// Little-endian words: training rows, test rows, columns, classes (0: numbers or none), 1 where there
    /// is a target; then as `f64` the training rows, the targets, the test rows.
    pub fn read(path: &str) -> std::io::Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        let mut word = [0; 8];
        let mut head = [0usize; 5];
        for number in &mut head {
            file.read_exact(&mut word)?;
            *number = u64::from_le_bytes(word) as usize;
        }
        let [rows, tests, columns, classes, has_target] = head;
        if rows.saturating_mul(columns) > 1 << 28 {
            return Err(Error::new(ErrorKind::InvalidData, "too large"));
        }
        let mut numbers = |count: usize| -> std::io::Result<Vec<f64>> {
            let mut one = || {
                file.read_exact(&mut word)?;
                Ok(f64::from_le_bytes(word))
            };
            (0..count).map(|_| one()).collect()
        };
        let x = Matrix::new(rows, columns, numbers(rows * columns)?);
        let y = numbers(rows * has_target)?;
        let y = match (has_target, classes) {
            (0, _) => None,
            (_, 0) => Some(Labels::Numbers(y.into())),
            (_, count) => Some(Labels::Classes {
                codes: y.iter().map(|&code| code as u32).collect(),
                count,
            }),
        };
        let test = Matrix::new(tests, columns, numbers(tests * columns)?);
        let samples = Arc::new(Samples {
            x,
            y,
            key: Hash128(1),
        });
        Ok(Data { samples, test })
    }
}

/// What this process has had of the processor.
pub fn processor_seconds() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Bytes held now; from here on [`peak_bytes`] counts anew.
pub fn resident_bytes() -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    status("VmRSS:")
}

/// The most bytes held since [`resident_bytes`].
pub fn peak_bytes() -> Option<u64> {
    status("VmHWM:")
}

fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}
