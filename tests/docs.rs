//! Holds the documents to the code: what they name exists, and what they say of engines is declared.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use seefit::cli::arguments::parse;
use seefit::model::ALGORITHMS;

const DOCUMENTS: [&str; 5] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/engines.md",
    "docs/model-file.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_table_of_engines_has_a_row_for_every_model() {
    let document = read("docs/engines.md");
    let rows = ALGORITHMS.iter().map(|algorithm| {
        let engines: Vec<&str> = algorithm.engines.available.iter().map(|e| e.id()).collect();
        let (auto, others) = (engines[0], engines[1..].join(", "));
        format!(
            "| {} | {auto} | {others} | {} |",
            algorithm.id, algorithm.engines.reason
        )
    });
    let missing: Vec<String> = rows
        .filter(|row| !document.lines().any(|line| line == row))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/engines.md lacks\n{}",
        missing.join("\n")
    );
}

/// `seefit train iris ...` within a block of commands.
#[test]
fn the_commands_of_the_readme_are_commands() {
    let readme = read("README.md");
    let mut tried = 0;
    for line in readme.lines().filter(|line| line.starts_with("seefit ")) {
        let words = line
            .split_whitespace()
            .skip(1)
            .map(|word| OsString::from(word.trim_matches('\'')));
        let parsed = parse(words);
        assert!(parsed.is_ok(), "{line}: {parsed:?}");
        tried += 1;
    }
    assert!(tried > 3);
}

#[test]
fn files_that_are_named_exist() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for name in DOCUMENTS {
        let text = read(name);
        // Every second piece between backticks; links point to files too.
        let quoted = text.split('`').skip(1).step_by(2);
        let linked = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for path in quoted.chain(linked) {
            let is_path = ["src/", "tests/", "docs/", "assets/", "sample_data/", ".ci/"]
                .iter()
                .any(|p| path.starts_with(p));
            if !is_path || path.contains(['<', '*', ' ']) {
                continue;
            }
            seen += 1;
            if !Path::new(&root().join(path)).exists() {
                wrong.push(format!("{name} names {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 10);
}
