//! Bytes to text: which encoding, and whether it is text at all.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::base::Problem;

pub(in crate::data) struct Decoded {
    pub text: String,
    /// As a person calls it: `UTF-8`.
    pub encoding: &'static str,
    pub notes: Vec<Problem>,
}

/// What the person says decides; then a byte order mark; then UTF-16 by its zero bytes, UTF-8 where it
/// is valid, else the encoding in which the letters make most sense. Fails on what is no text.
pub(in crate::data) fn decode(bytes: Vec<u8>, stated: Option<&str>) -> Result<Decoded, Problem> {
    refuse_known_formats(&bytes)?;
    let stated = match stated {
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Problem::new(format!("there is no encoding “{label}”"))
                .fix("Write a name such as utf-8, windows-1252 or shift_jis")
        })?),
        None => None,
    };
    let utf_16 = match stated {
        Some(encoding) => (encoding == UTF_16LE || encoding == UTF_16BE).then_some(encoding),
        None => utf_16(&bytes),
    };
    let mut decoded = if let Some(encoding) = utf_16 {
        in_encoding(&bytes, encoding)
    } else {
        refuse_control_bytes(&bytes)?;
        match stated {
            Some(encoding) if encoding != UTF_8 => in_encoding(&bytes, encoding),
            _ => eight_bit(bytes),
        }
    };
    strip_nul(&mut decoded);
    if decoded.text.trim().is_empty() {
        return Err(Problem::new("the file is empty").fix("Choose a file with a table in it"));
    }
    Ok(decoded)
}

fn in_encoding(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, damaged) = encoding.decode_with_bom_removal(bytes);
    let mut notes = Vec::new();
    if damaged {
        notes.push(Problem::new("some characters are damaged and read as �"));
    }
    Decoded {
        text: text.into_owned(),
        encoding: shown(encoding),
        notes,
    }
}

/// As people write it.
fn shown(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "UTF-16LE" | "UTF-16BE" => "UTF-16",
        "windows-1252" => "Windows-1252",
        name => name,
    }
}

pub(super) fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    // Without a mark: Western text has a zero in every other byte.
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 8 {
        return None;
    }
    let zeros = |parity: usize| {
        sample
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 10 > half * 7 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 7 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn eight_bit(mut bytes: Vec<u8>) -> Decoded {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            return Decoded {
                text,
                encoding: "UTF-8",
                notes: Vec::new(),
            };
        }
        Err(error) => error.into_bytes(),
    };
    // A few bad bytes among many good ones: UTF-8 that was cut or damaged.
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > bad * 10 {
        return Decoded {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            encoding: "UTF-8",
            notes: vec![Problem::new(format!(
                "{bad} damaged characters are read as �"
            ))],
        };
    }
    let encoding = detected(&bytes);
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let encoding = shown(encoding);
    Decoded {
        text: text.into_owned(),
        encoding,
        notes: vec![
            Problem::new(format!("the text is not UTF-8 and is read as {encoding}"))
                .fix("If letters look wrong, choose the encoding or save the file as UTF-8"),
        ],
    }
}

/// By the letters; Windows-1252, which reads any byte, where there are too few of them to tell.
fn detected(bytes: &[u8]) -> &'static Encoding {
    // Letters beyond ASCII may come late: the lines that hold some, up to a megabyte of them.
    const MOST: usize = 1 << 20;
    const ENOUGH: usize = 6;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut fed, mut letters) = (0, 0);
    for line in bytes.split_inclusive(|&b| b == b'\n' || b == b'\r') {
        let found = line.iter().filter(|b| !b.is_ascii()).count();
        if found == 0 {
            continue;
        }
        let line = &line[..line.len().min(MOST)];
        detector.feed(line, false);
        letters += found;
        fed += line.len();
        if fed > MOST {
            break;
        }
    }
    detector.feed(b"", true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // In a few letters, all the single-byte encodings look alike.
    match letters < ENOUGH && guess.is_single_byte() {
        true => WINDOWS_1252,
        false => guess,
    }
}

fn strip_nul(decoded: &mut Decoded) {
    let count = decoded.text.bytes().filter(|&b| b == 0).count();
    if count > 0 {
        decoded.text.retain(|c| c != '\0');
        decoded.notes.push(Problem::new(format!(
            "{count} NUL characters in the file are left out"
        )));
    }
}

/// Formats that a table is often kept in, known by their first bytes.
pub(super) fn refuse_known_formats(bytes: &[u8]) -> Result<(), Problem> {
    let known: [(&[u8], &str); 13] = [
        (
            b"PK\x03\x04",
            "a zip archive or an Excel or LibreOffice file",
        ),
        (b"\xd0\xcf\x11\xe0", "an old Excel file"),
        (b"\x1f\x8b", "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
        (b"BZh", "compressed with bzip2"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "a Feather file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"\x7fELF", "a program"),
    ];
    match known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some((_, what)) => Err(Problem::new(format!("the file is {what}, not text"))
            .fix("Save the table as CSV and open that")),
        None => Ok(()),
    }
}

/// Text has next to no control characters but tabs and line ends.
pub(super) fn refuse_control_bytes(bytes: &[u8]) -> Result<(), Problem> {
    let sample = &bytes[..bytes.len().min(64 * 1024)];
    let is_control = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    let count = sample.iter().filter(|&&b| is_control(b)).count();
    if count * 20 > sample.len() {
        return Err(Problem::new("the file is binary, not text").fix("Open a CSV file"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> (String, &'static str) {
        let decoded = decode(bytes.to_vec(), None).unwrap();
        (decoded.text, decoded.encoding)
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(text_of(b"\xef\xbb\xbfa,b"), ("a,b".into(), "UTF-8"));
        assert_eq!(text_of("größe".as_bytes()), ("größe".into(), "UTF-8"));
        assert_eq!(text_of(b"gr\xf6\xdfe"), ("größe".into(), "Windows-1252"));
        let units: Vec<u16> = "a,b\n1,ö\n".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        for bytes in [little.clone(), big, [b"\xff\xfe", &little[..]].concat()] {
            assert_eq!(text_of(&bytes), ("a,b\n1,ö\n".into(), "UTF-16"));
        }
    }

    #[test]
    fn letters_tell_the_encoding_unless_it_is_stated() {
        let russian = "город,число\nМосква,1\nКазань,2\nСамара,3\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(text_of(&bytes), (russian.into(), "windows-1251"));
        let polish = "nazwa,x\nŁódź,1\nGdańsk,2\nBiałystok,3\nRzeszów,4\nPoznań,5\n";
        let (bytes, _, _) = encoding_rs::ISO_8859_2.encode(polish);
        let stated = decode(bytes.to_vec(), Some("latin2")).unwrap();
        assert_eq!(
            (stated.text.as_str(), stated.encoding),
            (polish, "ISO-8859-2")
        );
        assert!(decode(b"a,b".to_vec(), Some("klingon")).is_err());
    }

    #[test]
    fn no_text_is_refused_and_stray_nul_stripped() {
        for bytes in [
            &b""[..],
            b" \n\r\n",
            b"PK\x03\x04abc",
            b"\x01\x02\x03abc",
            b"\xef\xbb\xbf",
        ] {
            assert!(decode(bytes.to_vec(), None).is_err(), "{bytes:?}");
        }
        let decoded = decode(
            b"name,value\nabc\0,1\nlonger text to keep the share low,2\n".to_vec(),
            None,
        );
        let decoded = decoded.unwrap();
        assert!(decoded.text.contains("abc,1") && decoded.notes.len() == 1);
    }
}
