//! Holds the direction of imports, and that nothing before the window knows egui.

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder of `src` and the folders that it may import, in the order of the flow.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("base", &[]),
    ("data", &["base"]),
    ("numeric", &["base"]),
    ("prepare", &["base", "data", "numeric"]),
    ("model", &["base", "data", "numeric"]),
    ("evaluate", &["base", "data", "numeric"]),
    (
        "train",
        &["base", "data", "numeric", "prepare", "model", "evaluate"],
    ),
    (
        "project",
        &[
            "base", "data", "numeric", "prepare", "model", "evaluate", "train",
        ],
    ),
    (
        "cli",
        &[
            "base", "data", "numeric", "prepare", "model", "evaluate", "train", "project",
        ],
    ),
    (
        "widget",
        &[
            "base", "data", "numeric", "prepare", "model", "evaluate", "train", "project",
        ],
    ),
    (
        "view",
        &[
            "base", "data", "numeric", "prepare", "model", "evaluate", "train", "project", "widget",
        ],
    ),
    (
        "app",
        // Of `cli` only the arguments of `screenshot` and the way to fail.
        &[
            "base", "data", "numeric", "prepare", "model", "evaluate", "train", "project", "cli",
            "widget", "view",
        ],
    ),
];

/// Crates of the window.
const WINDOW_CRATES: [&str; 6] = [
    "egui",
    "eframe",
    "egui_plot",
    "rfd",
    "winit",
    "egui_kittest",
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn files_of(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    rust_files(&src().join(folder), &mut found);
    assert!(!found.is_empty(), "src/{folder} has no files");
    found
}

/// Helpers of tests, declared under `cfg(test)`: they may use what draws and runs, to look at results.
fn is_for_tests(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    name.starts_with("test_") || name.ends_with("_tests") || name == "tests"
}

/// The text without line comments.
fn code(text: &str) -> String {
    let line = |line: &str| line.split("//").next().unwrap_or("").to_owned() + "\n";
    text.lines().map(line).collect()
}

/// The folders named behind `crate::`, also those within braces.
fn imported(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = code[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(list) => names.extend(first_names(list)),
            None => names.push(word(rest)),
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// `a::b, c::{d, e}}` gives a and c.
fn first_names(list: &str) -> Vec<String> {
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                names.push(word(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::base::Problem;\nuse crate::{data::Table, model::{self, Fit},\n train};\nlet x = crate::view::x();\n// use crate::app;\nuse other_crate::cli;";
    assert_eq!(
        imported(&code(text)),
        ["base", "data", "model", "train", "view"]
    );
}

#[test]
fn every_folder_has_its_place_in_the_flow() {
    for entry in fs::read_dir(src()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                MAY_IMPORT.iter().any(|(folder, _)| *folder == name),
                "src/{name} is not in the list"
            );
        }
    }
}

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for (folder, allowed) in MAY_IMPORT {
        for path in files_of(folder)
            .into_iter()
            .filter(|path| !is_for_tests(path))
        {
            let text = fs::read_to_string(&path).unwrap();
            for name in imported(&code(&text)) {
                let is_folder = MAY_IMPORT.iter().any(|(folder, _)| *folder == name);
                if is_folder && name != folder && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} imports {name}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_up_to_the_command_line_knows_the_window() {
    let mut wrong = Vec::new();
    for (folder, _) in MAY_IMPORT
        .iter()
        .take_while(|(folder, _)| *folder != "widget")
    {
        for path in files_of(folder) {
            let text = fs::read_to_string(&path).unwrap();
            let code = code(&text);
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(found) = words.into_iter().find(|word| WINDOW_CRATES.contains(word)) {
                wrong.push(format!("{} names {found}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
