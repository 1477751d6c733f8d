//! Files that lie about themselves, files that change while they are read, and disks that are full: each
//! a sentence, no panic, no unbounded memory.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use seefit::base::{Cancel, Halt, Outcome};
use seefit::data::{self, ReadOptions, Table, Writing, arff, csv, parquet, sheet};

fn open(path: &std::path::Path) -> Result<Table, String> {
    let read = data::open_file(path, &ReadOptions::default(), &Cancel::new());
    read.map_err(|halt| match halt {
        Halt::Failed(problem) => problem.to_string(),
        Halt::Cancelled => "cancelled".to_owned(),
    })
}

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("seefit-hostile-{}-{name}", std::process::id()))
}

/// Takes so many bytes.
struct FullDisk(usize);

impl Write for FullDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_said_by_every_writer() {
    let cancel = Cancel::new();
    let writing = Writing::new(&cancel);
    let table = data::open("moons:n=3000", &ReadOptions::default(), &cancel).unwrap();
    for room in [0, 1, 100, 5000] {
        let written: [(&str, Outcome<()>); 4] = [
            ("csv", csv::write(&table, None, FullDisk(room), &writing)),
            ("arff", arff::write(&table, None, FullDisk(room), &writing)),
            (
                "parquet",
                parquet::write(&table, None, FullDisk(room), &writing),
            ),
            ("xlsx", sheet::write(&table, None, FullDisk(room), &writing)),
        ];
        for (format, written) in written {
            let Err(Halt::Failed(problem)) = written else {
                panic!("{format} with room for {room} bytes: {written:?}");
            };
            let said = problem.to_string();
            assert!(
                said.contains("written") || said.contains("space"),
                "{format}: {said}"
            );
        }
    }
}

#[test]
fn json_as_deep_as_it_is_long_is_refused() {
    for (name, text) in [
        ("lists.json", "[".repeat(1_000_000)),
        (
            "closed.json",
            format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)),
        ),
        (
            "objects.json",
            format!("{}1{}", "{\"a\":".repeat(200_000), "}".repeat(200_000)),
        ),
        (
            "lines.jsonl",
            format!("{{\"a\":{}}}\n", "[".repeat(500_000)),
        ),
    ] {
        let path = path(name);
        fs::write(&path, text).unwrap();
        let read = open(&path);
        fs::remove_file(&path).unwrap();
        assert!(read.is_err(), "{name}");
    }
}

#[test]
fn a_parquet_footer_that_lies_is_refused() {
    let table = data::open("moons:n=500", &ReadOptions::default(), &Cancel::new()).unwrap();
    let mut whole = Vec::new();
    parquet::write(&table, None, &mut whole, &Writing::default()).unwrap();
    let end = whole.len();
    let length = u32::from_le_bytes(whole[end - 8..end - 4].try_into().unwrap());
    let path = path("lies.parquet");
    for lie in [
        0,
        1,
        length / 2,
        length - 1,
        length + 1,
        end as u32,
        u32::MAX,
    ] {
        let mut bytes = whole.clone();
        bytes[end - 8..end - 4].copy_from_slice(&lie.to_le_bytes());
        fs::write(&path, bytes).unwrap();
        assert!(
            open(&path).is_err(),
            "a footer of {lie} instead of {length} bytes"
        );
    }
    // What the footer says of rows, places and sizes: any one byte of it.
    let footer = end - 8 - length as usize..end - 8;
    for at in footer {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(0x41);
        fs::write(&path, bytes).unwrap();
        if let Ok(table) = open(&path) {
            assert!(table.rows() <= 1_000_000, "byte {at}");
        }
    }
    fs::remove_file(&path).unwrap();
}

/// Cut, emptied, grown or gone while it is read: a table or a sentence, whichever comes of it.
#[test]
fn a_file_may_change_while_it_is_read() {
    let mut text = "n,late\n".to_owned();
    for row in 0..400_000 {
        // A column that turns out to be of words is read a second time.
        let late = if row < 300_000 { "1" } else { "word" };
        text.push_str(&format!("{row}.5,{late}\n"));
    }
    let path = path("changes.csv");
    let changes: [(&str, fn(&PathBuf)); 4] = [
        ("cut", |path| {
            drop(
                fs::OpenOptions::new()
                    .write(true)
                    .open(path)
                    .map(|f| f.set_len(1 << 20)),
            )
        }),
        ("emptied", |path| drop(fs::write(path, ""))),
        ("grown", |path| {
            let file = fs::OpenOptions::new().append(true).open(path);
            drop(file.map(|mut file| file.write_all(b"1,2\n3,\"4\n")));
        }),
        ("gone", |path| drop(fs::remove_file(path))),
    ];
    for (name, change) in changes {
        fs::write(&path, &text).unwrap();
        let read = std::thread::scope(|scope| {
            let reading = data::Reading::default();
            let watch = reading.clone();
            let file = path.display().to_string();
            let reader =
                scope.spawn(move || data::open_watched(&file, &ReadOptions::default(), &reading));
            // Once some of it is in.
            for _ in 0..100_000 {
                if watch.bytes().0 > 0 || reader.is_finished() {
                    break;
                }
                std::thread::yield_now();
            }
            change(&path);
            reader.join()
        });
        let read = read.unwrap_or_else(|_| panic!("{name}: the reader broke down"));
        if let Ok(table) = read {
            assert!(
                table
                    .columns()
                    .iter()
                    .all(|column| column.len() == table.rows())
            );
        }
    }
    let _ = fs::remove_file(&path);
}
