//! Whole files: ordinary ones, nasty ones, and no files at all.

use super::*;
use crate::base::{Halt, Random};
use crate::data::{Column, Kind, Values};

fn table(text: &str) -> Table {
    with(text, &ReadOptions::default())
}

fn with(text: &str, options: &ReadOptions) -> Table {
    read("t.csv", text.as_bytes().to_vec(), options, &Cancel::new()).unwrap()
}

fn kinds(table: &Table) -> Vec<Kind> {
    table.columns().iter().map(|c| c.kind).collect()
}

fn names(table: &Table) -> Vec<&str> {
    table.columns().iter().map(|c| c.name.as_str()).collect()
}

fn cells(column: &Column) -> Vec<String> {
    (0..column.len())
        .map(|row| column.cell(row).into_owned())
        .collect()
}

fn noted(table: &Table, what: &str) -> bool {
    table
        .notes()
        .iter()
        .any(|note| note.to_string().contains(what))
}

/// `before` once, then each of 300 rows.
fn many(before: &str, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..300).map(row).collect();
    format!("{before}\n{}\n", rows.join("\n"))
}

#[test]
fn an_ordinary_file() {
    let table = table(
        "species,bill (mm),sex,when,ok\nAdelie,39.1,male,2024-01-02,yes\nGentoo,NA,,2024-01-03,no\n",
    );
    assert_eq!(
        kinds(&table),
        [
            Kind::Category,
            Kind::Number,
            Kind::Category,
            Kind::Date,
            Kind::YesNo
        ]
    );
    assert_eq!(names(&table), ["species", "bill", "sex", "when", "ok"]);
    assert_eq!(table.columns()[1].unit.as_deref(), Some("mm"));
    assert_eq!(table.columns()[1].number(0), Some(39.1));
    assert_eq!(table.columns()[1].number(1), None);
    assert_eq!(table.columns()[2].missing.count(), 1);
    assert_eq!(table.columns()[4].levels(), ["no", "yes"]);
    assert!(table.notes().is_empty(), "{:?}", table.notes());
    assert_eq!(
        table.guesses().map(|g| (g.header, g.delimiter)),
        Some((true, b','))
    );
}

#[test]
fn guesses_can_be_overruled() {
    let text = "1;2\n3;4\n";
    assert_eq!(table(text).rows(), 2);
    let options = ReadOptions {
        header: Some(true),
        ..Default::default()
    };
    assert_eq!(names(&with(text, &options)), ["1", "2"]);
    let options = ReadOptions {
        delimiter: Some(b','),
        ..Default::default()
    };
    assert_eq!(with(text, &options).columns().len(), 1);
    let text = "a;b\n1,234;x\n5,678;y\n";
    assert_eq!(table(text).columns()[0].number(0), Some(1.234));
    let options = ReadOptions {
        decimal_comma: Some(false),
        ..Default::default()
    };
    assert_eq!(with(text, &options).columns()[0].number(0), Some(1234.0));
    let options = ReadOptions {
        kinds: vec![
            ("a".into(), Kind::Text),
            ("b".into(), Kind::YesNo),
            ("c".into(), Kind::Text),
        ],
        ..Default::default()
    };
    let chosen = with(text, &options);
    assert_eq!(kinds(&chosen), [Kind::Text, Kind::YesNo]);
    assert!(noted(&chosen, "no column “c”"));
}

#[test]
fn late_text_in_numbers_names_line_and_column() {
    let text = many("a,b", |row| {
        if row == 200 {
            "oops,1".into()
        } else {
            format!("{row},2")
        }
    });
    let read = table(&text);
    assert_eq!(kinds(&read), [Kind::Number, Kind::Number]);
    assert_eq!(read.columns()[0].number(200), None);
    assert!(
        noted(
            &read,
            "Line 202, column 1 (a): “oops” is no number, and read as missing"
        ),
        "{:?}",
        read.notes()
    );
    // More than one in a hundred: text, with an offer.
    let text = many("a,b", |row| {
        if row % 20 == 7 {
            format!("x{row},1")
        } else {
            format!("{row},2")
        }
    });
    let read = table(&text);
    assert_eq!(kinds(&read), [Kind::Text, Kind::Number]);
    assert!(
        noted(
            &read,
            "Line 9, column 1 (a): “x7”, “x27”, “x47” and 12 other values are no number"
        ),
        "{:?}",
        read.notes()
    );
    let options = ReadOptions {
        kinds: vec![("a".into(), Kind::Number)],
        ..Default::default()
    };
    let chosen = with(&text, &options);
    assert_eq!(
        (
            chosen.columns()[0].kind,
            chosen.columns()[0].missing.count()
        ),
        (Kind::Number, 15)
    );
}

#[test]
fn text_far_beyond_the_sample_is_found() {
    let rows: Vec<String> = (0..9000)
        .map(|row| {
            if row % 2 == 1 && (1200..3800).contains(&row) {
                "word".into()
            } else {
                row.to_string()
            }
        })
        .collect();
    let read = table(&format!(
        "a,b\n{}\n",
        rows.iter()
            .map(|r| format!("{r},1"))
            .collect::<Vec<_>>()
            .join("\n")
    ));
    assert_eq!(read.columns()[0].kind, Kind::Text);
    assert_eq!(read.columns()[0].cell(1201), "word");
    // Values only where no sample looks.
    let mut rows = vec![",1".to_owned(); 20_000];
    rows[6000] = "3.5,1".into();
    let read = table(&format!("a,b\n{}\n", rows.join("\n")));
    assert_eq!(read.columns()[0].kind, Kind::Number);
    assert_eq!(read.columns()[0].number(6000), Some(3.5));
}

#[test]
fn missing_infinite_and_placeholders() {
    let read = table("a,b,c\n1,x,?\n-,?,2\nNA,None,3\ninf,null,4\n5,y,nan\n6,x,1\n");
    assert_eq!(kinds(&read), [Kind::Number, Kind::Category, Kind::Number]);
    assert_eq!(read.columns()[0].missing.count(), 3);
    assert_eq!(read.columns()[1].levels(), ["?", "x", "y"]);
    assert_eq!(read.columns()[2].missing.count(), 2);
    assert!(
        noted(
            &read,
            "Line 5, column 1 (a): 1 infinite value is read as missing"
        ),
        "{:?}",
        read.notes()
    );
}

#[test]
fn identifiers_units_thousands_and_flags() {
    let read = table(
        "id,share,cost,weight,flag,n\n00123,5%,\"1,234\",3 kg,True,1\n00124,7.5%,\"2,345,678\",4 kg,true,0\n00125,,10,5 kg,FALSE,1\n",
    );
    assert_eq!(
        kinds(&read),
        [
            Kind::Category,
            Kind::Number,
            Kind::Number,
            Kind::Number,
            Kind::YesNo,
            Kind::Number
        ]
    );
    assert_eq!(cells(&read.columns()[0]), ["00123", "00124", "00125"]);
    assert_eq!(read.columns()[1].title(), "share (%)");
    assert_eq!(read.columns()[2].number(1), Some(2_345_678.0));
    assert_eq!(read.columns()[3].title(), "weight (kg)");
    assert_eq!(read.columns()[4].code(2), Some(0));
    assert!(noted(&read, "thousands") && noted(&read, "as a name"));
    let long = table("a,b\n12345678901234567890123,1\n12345678901234567890124,2\n");
    assert_eq!(long.columns()[0].cell(1), "12345678901234567890124");
}

#[test]
fn dates_by_vote() {
    let read = table("a,b,c\n13/01/2024,01/13/2024,01/02/2024\n01/02/2024,02/01/2024,03/04/2024\n");
    assert_eq!(kinds(&read), [Kind::Date; 3]);
    assert_eq!(cells(&read.columns()[0]), ["2024-01-13", "2024-02-01"]);
    assert_eq!(cells(&read.columns()[1]), ["2024-01-13", "2024-02-01"]);
    assert_eq!(cells(&read.columns()[2]), ["2024-02-01", "2024-04-03"]);
    assert_eq!(read.notes().len(), 1);
    assert!(
        noted(&read, "column 3 (c): “01/02/2024” could be"),
        "{:?}",
        read.notes()
    );
    let options = ReadOptions {
        month_first: Some(true),
        ..Default::default()
    };
    let read = with("c,d\n01/02/2024,1\n03/04/2024,2\n", &options);
    assert_eq!(cells(&read.columns()[0]), ["2024-01-02", "2024-03-04"]);
}

#[test]
fn categories_texts_and_their_levels() {
    let read = table(&many("class,name,grade", |row| {
        format!("c{},n{row},{}", row % 30, 10 - row % 10)
    }));
    assert_eq!(kinds(&read), [Kind::Category, Kind::Text, Kind::Number]);
    assert_eq!(read.columns()[0].levels().len(), 30);
    let chosen = read.with_kind("grade", Kind::Category).unwrap();
    assert_eq!(chosen.columns()[2].levels()[..2], ["1", "2"]);
    assert_ne!(chosen.fingerprint(), read.fingerprint());
}

#[test]
fn ragged_rows_line_ends_and_names() {
    let read = table("a,a,\r1,2,3\r4,5\r\r6,7,8,9\r");
    assert_eq!(names(&read), ["a", "a_2", "column_3"]);
    assert_eq!((read.rows(), read.columns()[2].missing.count()), (3, 1));
    assert!(
        noted(&read, "Line 3: 1 row has fewer") && noted(&read, "Line 5: 1 row has more"),
        "{:?}",
        read.notes()
    );
    let read = table("a,b,\n1,2,\n3,4,\n");
    assert_eq!((names(&read), read.notes().len()), (vec!["a", "b"], 1));
    let read = table("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n");
    assert_eq!(cells(&read.columns()[1]), ["\"x", "y", "z", "w"]);
    assert!(noted(&read, "Line 2: a quotation mark"));
}

#[test]
fn a_nameless_count_of_rows_is_called_index() {
    let read = table(",a\n0,5\n1,6\n2,7\n");
    assert_eq!(names(&read), ["index", "a"]);
    assert!(noted(&read, "called index"), "{:?}", read.notes());
    assert_eq!(
        names(&table("\"a\",\"b\"\n\"1\",5,x\n\"2\",6,y\n")),
        ["index", "a", "b"]
    );
    assert_eq!(names(&table(",a\n4,5\n1,6\n2,7\n")), ["column_1", "a"]);
}

#[test]
fn small_tables_are_tables() {
    assert_eq!(table("a\n1\n\n3\n").columns()[0].missing.count(), 1);
    let one = table("a,b\n1,2\n");
    assert_eq!((one.rows(), noted(&one, "one row")), (1, true));
    assert!(noted(&table("1,2\n3,4\n"), "columns are numbered"));
    let empty = table("a,b\n,1\nNA,2\n");
    assert_eq!(empty.columns()[0].missing.count(), 2);
    assert!(noted(&empty, "Column a: all its values are missing"));
}

#[test]
fn what_is_no_table_is_one_sentence() {
    for bytes in [
        &b""[..],
        b"\n\n",
        b"a,b\n",
        b"PK\x03\x04",
        b"\0\x01\x02\x03\0\0\0",
    ] {
        match read(
            "x.csv",
            bytes.to_vec(),
            &ReadOptions::default(),
            &Cancel::new(),
        ) {
            Err(Halt::Failed(problem)) => assert_eq!(problem.place, "x.csv"),
            other => panic!("{bytes:?}: {other:?}"),
        }
    }
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = read(
        "x",
        b"a,b\n1,2\n".to_vec(),
        &ReadOptions::default(),
        &cancel,
    );
    assert!(matches!(cancelled, Err(Halt::Cancelled)));
}

#[test]
fn wide_tables_and_many_threads() {
    let header: Vec<String> = (0..300).map(|c| format!("c{c}")).collect();
    let row: Vec<String> = (0..300).map(|c| format!("{}.5", c)).collect();
    let text = format!(
        "{}\n{}\n",
        header.join(","),
        vec![row.join(","); 300].join("\n")
    );
    let read = table(&text);
    assert_eq!((read.columns().len(), read.rows()), (300, 300));
    assert!((0..300).all(|c| read.columns()[c].number(299) == Some(c as f64 + 0.5)));
}

#[test]
fn no_bytes_make_it_panic() {
    let mut random = Random::new(5);
    let pieces: [&[u8]; 32] = [
        b"\"",
        b",",
        b";",
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b"|",
        b" ",
        b"\"\"",
        b"1",
        b"-1.5",
        b"1,234",
        b"0,5",
        b"NA",
        b"?",
        b"2024-01-02",
        b"1/2/24",
        b"10:30",
        b"true",
        b"no",
        b"abc",
        b"\xc3\xa9",
        b"\xff",
        b"\0",
        b"#",
        b"sep=;",
        b"5%",
        b"$",
        b"3 kg",
        b"inf",
        b"00123",
    ];
    let mut tables = 0;
    for round in 0..4000 {
        let length = random.below(60);
        let bytes: Vec<u8> = match round % 3 {
            0 => (0..length).map(|_| random.word() as u8).collect(),
            _ => (0..length)
                .flat_map(|_| pieces[random.below(pieces.len())].to_vec())
                .collect(),
        };
        let options = ReadOptions {
            header: [None, Some(true), Some(false)][random.below(3)],
            delimiter: [None, Some(b','), Some(b' '), Some(0)][random.below(4)],
            kinds: vec![("column_1".into(), Kind::ALL[random.below(5)])],
            ..Default::default()
        };
        if let Ok(table) = read("x", bytes, &options, &Cancel::new()) {
            tables += 1;
            for column in table.columns() {
                assert_eq!(column.len(), table.rows());
                assert_eq!(cells(column).len(), table.rows());
                if let Values::Number(values) = &column.values {
                    assert!((0..values.len()).all(|r| column.number(r).is_none_or(f64::is_finite)));
                }
                for kind in Kind::ALL {
                    let _ = column.as_kind(kind);
                }
            }
        }
    }
    assert!(tables > 1000);
}
