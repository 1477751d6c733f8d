//! Reads a file and says what came of it: the reading alone, for `benches/reading.py`.

use std::time::Instant;

use seefit::base::{Cancel, Halt};
use seefit::data::{self, ReadOptions};

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("Name a file");
        std::process::exit(2);
    };
    let begun = Instant::now();
    match data::open(&path, &ReadOptions::default(), &Cancel::new()) {
        Ok(table) => println!(
            "{} rows x {} columns in {:.2} s",
            table.rows(),
            table.columns().len(),
            begun.elapsed().as_secs_f64()
        ),
        Err(Halt::Failed(problem)) => {
            eprintln!("{problem}");
            std::process::exit(1);
        }
        Err(Halt::Cancelled) => std::process::exit(1),
    }
}
