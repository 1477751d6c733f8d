use super::*;
use crate::data::{Kind, csv};

/// The table as it is read in chunks of `size` bytes, and as it is read whole.
fn both(bytes: &[u8], options: &ReadOptions, size: usize) -> Option<(Table, Outcome<Table>)> {
    let origin = Origin::Bytes(bytes);
    let reading = Reading::default();
    let told = ("UTF-8", Vec::new());
    let chunked = in_chunks_of(Some(size), "t", &origin, told, options, &reading).ok()??;
    let whole = csv::read("t", bytes.to_vec(), options, &Cancel::new());
    Some((chunked, whole))
}

fn assert_same(bytes: &[u8], options: &ReadOptions, sizes: &[usize], called: &str) -> bool {
    let mut any = false;
    for &size in sizes {
        let Some((chunked, whole)) = both(bytes, options, size) else {
            continue;
        };
        any = true;
        let whole = whole.unwrap();
        let notes = |table: &Table| {
            table
                .notes()
                .iter()
                .map(Problem::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(notes(&chunked), notes(&whole), "{called}, {size} bytes");
        for (a, b) in chunked.columns().iter().zip(whole.columns()) {
            assert_eq!(a.kind, b.kind, "{called}, {size} bytes, {}", a.name);
        }
        assert_eq!(
            chunked.fingerprint(),
            whole.fingerprint(),
            "{called}, {size} bytes"
        );
        assert_eq!(chunked.guesses(), whole.guesses(), "{called}");
    }
    any
}

/// Every text of the corpus comes out the same in chunks, whatever their size.
#[test]
fn the_corpus_reads_the_same_in_chunks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/files");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !["csv", "tsv", "txt", "tab", "data"].contains(&ending.as_str()) {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let called = path.display().to_string();
        let options = ReadOptions::default();
        read += usize::from(assert_same(
            &bytes,
            &options,
            &[1, 7, 64, 1000, CHUNK],
            &called,
        ));
    }
    assert!(read > 30, "{read} texts");
}

#[test]
fn what_shows_late_or_seldom_reads_the_same() {
    let rows = 9000;
    let mut text = "late,rare,id,dates,turned,mixed,words,many,blank,time\n".to_owned();
    for row in 0..rows {
        let late = if row > 8000 {
            "abc".into()
        } else {
            format!("{row}.5")
        };
        let rare = if row == 4000 { "12" } else { "" };
        let id = if row == 7000 {
            "007".into()
        } else {
            format!("{}", row + 10)
        };
        let date = format!("{:02}/{:02}/2024", row % 12 + 1, row % 12 + 1);
        let turned = format!("{:02}/{:02}/2024", row % 12 + 1, row % 28 + 1);
        let mixed = if row % 500 == 3 {
            "?".into()
        } else {
            format!("1,{:03}", row % 1000)
        };
        let many = format!("w{}", row % 1500);
        text.push_str(&format!(
            "{late},{rare},{id},{date},{turned},\"{mixed}\",{},{many},,10:{:02}\n",
            ["yes", "no", "NA"][row % 3],
            row % 60
        ));
    }
    let sizes = [100, 3000, 50_000, CHUNK];
    assert!(assert_same(
        text.as_bytes(),
        &ReadOptions::default(),
        &sizes,
        "odd"
    ));
    let options = ReadOptions {
        kinds: vec![
            ("late".into(), Kind::Number),
            ("many".into(), Kind::Category),
        ],
        missing: vec!["yes".into(), "12".into()],
        month_first: Some(false),
        ..ReadOptions::default()
    };
    assert!(assert_same(
        text.as_bytes(),
        &options,
        &sizes,
        "odd, with options"
    ));
    let ragged = format!("{text}1,2\n#comment\n{}3,,,,,,,,,,,,x\n", ",\n".repeat(4));
    assert!(assert_same(
        ragged.as_bytes(),
        &ReadOptions::default(),
        &sizes,
        "ragged"
    ));
    let one = "x\n1\n\n3\n\n\n".replace("1\n", &"5\n".repeat(900));
    assert!(assert_same(
        one.as_bytes(),
        &ReadOptions::default(),
        &sizes,
        "one column"
    ));
}

#[test]
fn a_sample_is_the_same_however_it_is_read() {
    let mut text = "n,w\n".to_owned();
    for row in 0..20_000 {
        text.push_str(&format!("{row},\"a\nb{}\"\n", row % 7));
    }
    let options = ReadOptions {
        sample_rows: Some(1000),
        ..ReadOptions::default()
    };
    let read = |size| {
        let origin = Origin::Bytes(text.as_bytes());
        let told = ("UTF-8", Vec::new());
        in_chunks_of(
            Some(size),
            "t",
            &origin,
            told,
            &options,
            &Reading::default(),
        )
        .unwrap()
        .unwrap()
    };
    let (table, other) = (read(500), read(40_000));
    assert_eq!(table.fingerprint(), other.fingerprint());
    assert!((900..1100).contains(&table.rows()), "{}", table.rows());
    let note = table.notes()[0].to_string();
    assert!(note.contains("of 20000 rows are read"), "{note}");
    let mean = (0..table.rows())
        .filter_map(|row| table.columns()[0].number(row))
        .sum::<f64>()
        / table.rows() as f64;
    assert!((mean - 10_000.0).abs() < 700.0, "{mean}");
}

#[test]
fn what_is_odd_is_left_to_the_other_reader() {
    for bytes in [
        &b"a,b\r1,2\r"[..],
        b"a,b\n1,\xf6\n",
        b"\xff\xfea\0",
        b"",
        b"a,b\n1,\"never closed\n2,3\n",
        b"PK\x03\x04",
    ] {
        let options = ReadOptions::default();
        assert!(both(bytes, &options, 4).is_none(), "{bytes:?}");
    }
    let origin = Origin::File(Path::new("no/such/file.csv"));
    let told = ("UTF-8", Vec::new());
    let reading = Reading::default();
    let none = in_chunks(
        "t",
        &origin,
        told.clone(),
        &ReadOptions::default(),
        &reading,
    );
    assert!(matches!(none, Ok(None)));
    reading.cancel.cancel();
    let text = Origin::Bytes(b"a,b\n1,2\n");
    let stopped = in_chunks("t", &text, told, &ReadOptions::default(), &reading);
    assert!(matches!(stopped, Err(Halt::Cancelled)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]

    /// Whatever stands in a text: where it can be read in chunks, the table is that of the whole.
    #[test]
    fn any_text_reads_the_same_in_chunks(
        pieces in proptest::collection::vec(0usize..24, 1..200),
        size in 1usize..40,
        header in proptest::bool::ANY,
    ) {
        const PIECES: [&str; 24] = [
            ",", ",", ",", "\n", "\n", "\n", "\r\n", "\"", "\"\"", "\"a,b\"", "\"c\nd\"", "1", "2.5",
            "-3e4", "NA", "?", "x", "ü", " ", "2024-03-04", "03/04/2024", "yes", "007", "#",
        ];
        let mut text: String = if header { "a,b,c\n1,x,yes\n2,y,no\n".into() } else { String::new() };
        text.extend(pieces.iter().map(|&at| PIECES[at]));
        assert_same(text.as_bytes(), &ReadOptions::default(), &[size, 1000], &text);
    }
}
