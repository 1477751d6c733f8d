//! Bytes to text as they come, by the same signs as `decode` reads a whole file.

use encoding_rs::{CoderResult, Decoder, WINDOWS_1252};

use super::decode::{refuse_control_bytes, refuse_known_formats, utf_16};
use crate::base::Problem;

pub(super) struct Decoding {
    /// None is UTF-8.
    other: Option<Decoder>,
    /// The beginning of a character that goes on in the next bytes.
    rest: Vec<u8>,
    /// Only ASCII so far: what comes may still be another encoding.
    plain: bool,
    /// Characters read as �.
    pub damaged: usize,
    /// Read as Windows-1252, which is a guess.
    pub guessed: bool,
}

impl Decoding {
    /// By the first bytes of the text; fails on what is no text.
    pub(super) fn of(head: &[u8]) -> Result<Decoding, Problem> {
        refuse_known_formats(head)?;
        let other = match utf_16(head) {
            Some(encoding) => Some(encoding.new_decoder_with_bom_removal()),
            None => {
                refuse_control_bytes(head)?;
                None
            }
        };
        Ok(Decoding {
            other,
            rest: Vec::new(),
            plain: true,
            damaged: 0,
            guessed: false,
        })
    }

    /// Adds what these bytes say; `last` once nothing follows.
    pub(super) fn push(&mut self, bytes: &[u8], last: bool, out: &mut String) {
        let from = out.len();
        if self.other.is_some() {
            self.by_other(bytes, last, out);
        } else {
            self.rest.extend_from_slice(bytes);
            let all = std::mem::take(&mut self.rest);
            self.utf_8(&all, last, out);
        }
        if memchr::memchr(0, &out.as_bytes()[from..]).is_some() {
            let tail = out.split_off(from);
            out.extend(tail.chars().filter(|&c| c != '\0'));
        }
    }

    fn utf_8(&mut self, mut bytes: &[u8], last: bool, out: &mut String) {
        loop {
            let (good, bad) = match std::str::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let good = &bytes[..error.valid_up_to()];
                    // Valid up to there, so nothing is replaced.
                    (
                        std::str::from_utf8(good).unwrap_or(""),
                        Some(error.error_len()),
                    )
                }
            };
            self.plain &= good.is_ascii();
            out.push_str(good);
            bytes = &bytes[good.len()..];
            match bad {
                None => return,
                Some(None) if !last => {
                    self.rest = bytes.to_vec();
                    return;
                }
                Some(_) if self.plain => {
                    self.other = Some(WINDOWS_1252.new_decoder_without_bom_handling());
                    self.guessed = true;
                    return self.by_other(bytes, last, out);
                }
                Some(length) => {
                    out.push('\u{fffd}');
                    self.damaged += 1;
                    bytes = &bytes[length.unwrap_or(bytes.len())..];
                }
            }
        }
    }

    fn by_other(&mut self, mut bytes: &[u8], last: bool, out: &mut String) {
        let Some(decoder) = &mut self.other else {
            return;
        };
        loop {
            out.reserve(2 * bytes.len() + 16);
            let (result, read, damaged) = decoder.decode_to_string(bytes, out, last);
            self.damaged += usize::from(damaged);
            bytes = &bytes[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_bytes(bytes: &[u8], size: usize) -> (String, bool) {
        let mut decoding = Decoding::of(bytes).unwrap();
        let mut out = String::new();
        for piece in bytes.chunks(size) {
            decoding.push(piece, false, &mut out);
        }
        decoding.push(&[], true, &mut out);
        (out, decoding.guessed)
    }

    #[test]
    fn pieces_make_the_whole_wherever_they_are_cut() {
        let units: Vec<u8> = "a,b\n1,ö€\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for size in [1, 2, 3, 5, 100] {
            assert_eq!(
                by_bytes("größe,€\n1,😀".as_bytes(), size).0,
                "größe,€\n1,😀"
            );
            assert_eq!(by_bytes(&units, size).0, "a,b\n1,ö€\n");
            let (text, guessed) = by_bytes(b"x,name\n1,gr\xf6\xdfe\n", size);
            assert_eq!((text.as_str(), guessed), ("x,name\n1,größe\n", true));
            let nul = "name,value\né\u{0}a,2\nand more\n";
            assert_eq!(by_bytes(nul.as_bytes(), size).0, nul.replace('\0', ""));
            assert_eq!(by_bytes(b"\xc3\xa9,\xff,b", size).0, "é,\u{fffd},b");
            assert_eq!(by_bytes(b"\xc3\xa9,\xc3", size).0, "é,\u{fffd}");
        }
        assert!(Decoding::of(b"PK\x03\x04").is_err());
    }
}
