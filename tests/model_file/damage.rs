//! Files that were cut, changed or made up: one sentence, no panic, no more memory than they are worth.

use seefit::base::{Hasher128, Random};
use seefit::project::model_file::ModelFile;

use super::super::run::{Folder, seefit, sentence};

fn saved(folder: &Folder, id: &str) -> (String, Vec<u8>) {
    let path = format!("{}/{id}", folder.path());
    let data = if id.contains("regress") {
        ("diabetes", "target")
    } else {
        ("iris", "species")
    };
    let ended = seefit(&[
        "train",
        data.0,
        "--target",
        data.1,
        "--model",
        id,
        "--validate",
        "train",
        "--save",
        &path,
    ]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

/// As whoever means harm would: the checksum fits again.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len().saturating_sub(16);
    bytes.truncate(end);
    let sum = Hasher128::new().bytes(&bytes).finish().0.to_le_bytes();
    bytes.extend(sum);
    bytes
}

#[test]
fn a_thousand_damaged_files_are_told_or_still_predict() {
    let folder = Folder::new("damage");
    let mut random = Random::new(5);
    let (mut refused, mut opened) = (0, 0);
    for id in [
        "random_forest_classifier",
        "knn_classifier",
        "gaussian_nb",
        "mlp_regressor",
        "svm_classifier",
        "gradient_boosting_regressor",
    ] {
        let (_, bytes) = saved(&folder, id);
        for case in 0..250 {
            let mut damaged = bytes.clone();
            if case % 5 == 0 {
                damaged.truncate(random.below(bytes.len()));
            }
            for _ in 0..random.below(4) {
                if !damaged.is_empty() {
                    let at = random.below(damaged.len());
                    damaged[at] ^= 1 << random.below(8);
                }
            }
            if damaged != bytes {
                assert!(
                    ModelFile::from_bytes(&damaged).is_err(),
                    "{id}, case {case}"
                );
            }
            match ModelFile::from_bytes(&sealed(damaged)) {
                Ok(file) => {
                    let x = vec![0.25; 3 * file.pipeline.recipe.width()];
                    let mut out = vec![0.0; 3 * file.pipeline.model.outputs()];
                    let cancel = seefit::base::Cancel::new();
                    let columns = file.pipeline.recipe.width();
                    let _ = file.pipeline.model.predict(&x, columns, &mut out, &cancel);
                    opened += 1;
                }
                Err(problem) => {
                    assert!(problem.to_string().ends_with('.'));
                    refused += 1;
                }
            }
        }
    }
    assert!(
        refused > 300 && opened > 100,
        "{refused} refused, {opened} opened"
    );
}

/// The most memory that this process has had, in megabytes; None where the system does not tell.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kb| kb / 1024)
}

/// Lengths that promise gigabytes and nests of arrays, in a file of a few bytes.
#[test]
fn what_a_file_promises_takes_no_memory() {
    let folder = Folder::new("promises");
    let (_, bytes) = saved(&folder, "gaussian_nb");
    let before = peak_megabytes();
    let text = b"\"bytes\":";
    let at = bytes
        .windows(text.len())
        .position(|part| part == text)
        .unwrap();
    let line = at + bytes[at..].iter().position(|&byte| byte == b'\n').unwrap();
    let header = String::from_utf8(bytes[..line].to_vec()).unwrap();
    let old = bytes.len() - line - 1 - 16;
    for state in [
        // {"fit": {"classes": 4294967295, "means": [4294967295 numbers ...
        [
            b"\x81\xa3fit\x82\xa7classes\xce\xff\xff\xff\xff\xa5means\xdd\xff\xff\xff\xff\xcb"
                .to_vec(),
        ]
        .concat(),
        [b"\x81\xa3fit".to_vec(), vec![0xdd; 50_000]].concat(),
        [b"\x81\xa3fit".to_vec(), vec![0x91; 500_000]].concat(),
        [b"\x81\xdb\xff\xff\xff\xff".to_vec(), vec![b'a'; 99]].concat(),
    ] {
        let header = header.replace(
            &format!("\"bytes\":{old}"),
            &format!("\"bytes\":{}", state.len()),
        );
        assert!(header.contains(&format!("\"bytes\":{}", state.len())));
        let mut file = header.into_bytes();
        file.push(b'\n');
        file.extend(state);
        file.extend([0; 16]);
        let told = ModelFile::from_bytes(&sealed(file))
            .unwrap_err()
            .to_string();
        assert!(told.contains("gaussian_nb) is damaged"), "{told}");
    }
    let nested = [
        b"seefit model 1\n".to_vec(),
        vec![b'['; 1_000_000],
        vec![b'\n'; 17],
    ]
    .concat();
    assert!(ModelFile::from_bytes(&sealed(nested)).is_err());
    if let (Some(before), Some(after)) = (before, peak_megabytes()) {
        // Beside what the other tests of this process take meanwhile.
        assert!(after - before < 300, "{before} MB, then {after} MB");
    }
}

#[test]
fn the_program_says_what_is_wrong_with_a_file() {
    let folder = Folder::new("wrong-files");
    let (path, bytes) = saved(&folder, "gaussian_nb");
    let said = |name: &str, content: &[u8]| {
        let path = folder.file(name, content);
        sentence(&["predict", &path, "iris"], 2)
    };
    assert!(said("short", &bytes[..bytes.len() / 2]).contains("damaged"));
    assert!(said("csv", b"a,b\n1,2\n").contains("no model file"));
    assert!(said("empty", b"").contains("no model file"));
    let mut newer = bytes.clone();
    newer[13] = b'9';
    assert!(said("newer", &newer).contains("newer version"));
    let none = format!("{}/none", folder.path());
    assert!(sentence(&["predict", &none, "iris"], 2).contains("no such file"));
    assert!(sentence(&["predict", &folder.path(), "iris"], 2).contains("folder"));
    assert!(sentence(&["predict", &path], 2).contains("data set is missing"));
    assert!(sentence(&["predict"], 2).contains("model file is missing"));
    let lost = format!("{}/no/such/model", folder.path());
    let train = [
        "train",
        "iris",
        "--target",
        "species",
        "--model",
        "gaussian_nb",
        "--save",
        &lost,
    ];
    assert!(sentence(&train, 2).contains("no such folder"));
}
