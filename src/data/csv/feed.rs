//! A large text in chunks that end where a record ends, for several threads to read.

use std::io::{self, Read};

use memchr::{memchr, memrchr};

/// Bytes that a chunk has, and a record more: what stays in a core's cache while column after column of
/// it is read.
pub(super) const CHUNK: usize = 256 << 10;
/// A quoted text or a record beyond this is none.
const LONGEST: usize = 64 << 20;

pub(super) struct Feed<R> {
    from: R,
    carry: Vec<u8>,
    ended: bool,
    number: usize,
    /// Of the carry, in the file.
    offset: u64,
    delimiter: u8,
    /// Blank lines are records: those at a chunk's end wait for what follows.
    keep_blank: bool,
    size: usize,
}

/// Whole records.
pub(super) struct Chunk {
    /// From 0.
    pub number: usize,
    /// Where it begins in the file.
    pub offset: u64,
    pub bytes: Vec<u8>,
}

pub(super) enum Failed {
    /// No end of a record is found where there must be one.
    Irregular,
    Read(io::Error),
}

impl<R: Read> Feed<R> {
    /// `from` stands at `offset`.
    pub(super) fn new(from: R, offset: u64, delimiter: u8, keep_blank: bool, size: usize) -> Self {
        Feed {
            from,
            carry: Vec::new(),
            ended: false,
            number: 0,
            offset,
            delimiter,
            keep_blank,
            size,
        }
    }

    /// The next records; `None` after the last. `spare` is memory that was used before.
    pub(super) fn next(&mut self, mut spare: Vec<u8>) -> Result<Option<Chunk>, Failed> {
        let mut searched = false;
        loop {
            if !self.ended {
                // Twice as much each time that no end is found, so that few looks come over it again.
                let size = match searched {
                    true => self.carry.len().max(self.size),
                    false => self.size,
                };
                self.carry.reserve(size);
                let mut from = self.from.by_ref().take(size as u64);
                let read = from.read_to_end(&mut self.carry);
                self.ended = read.map_err(Failed::Read)? < size;
            }
            if searched && self.carry.len() > LONGEST {
                return Err(Failed::Irregular);
            }
            let end = match self.ended {
                true => Some(self.carry.len()),
                false => last_end(&self.carry, self.delimiter, self.keep_blank),
            };
            let Some(end) = end else {
                searched = true;
                continue;
            };
            if end == 0 {
                return Ok(None);
            }
            spare.clear();
            spare.extend_from_slice(&self.carry[end..]);
            let mut bytes = std::mem::replace(&mut self.carry, spare);
            bytes.truncate(end);
            let chunk = Chunk {
                number: self.number,
                offset: self.offset,
                bytes,
            };
            self.number += 1;
            self.offset += end as u64;
            return Ok(Some(chunk));
        }
    }
}

/// Behind the last line feed that ends a record. Quotes count as they do for `Records`: at the start
/// of a field only. Nothing where no record is sure to have ended.
fn last_end(bytes: &[u8], delimiter: u8, keep_blank: bool) -> Option<usize> {
    let is_stop = |byte: u8| {
        byte == delimiter || matches!(byte, b'\n' | b'\r') || (delimiter == b' ' && byte == b'\t')
    };
    let line_feed =
        |from: usize, to: usize| memrchr(b'\n', &bytes[from..to]).map(|at| from + at + 1);
    let (mut last, mut outside, mut at) = (None, 0, 0);
    loop {
        let Some(quote) = memchr(b'"', &bytes[at..]).map(|found| at + found) else {
            last = line_feed(outside, bytes.len()).or(last);
            break;
        };
        at = quote + 1;
        if quote > 0 && !is_stop(bytes[quote - 1]) {
            continue;
        }
        last = line_feed(outside, quote).or(last);
        match closing(bytes, at) {
            Some(close) => (outside, at) = (close + 1, close + 1),
            None => break,
        }
    }
    let end = last?;
    if !keep_blank {
        return Some(end);
    }
    let filled = bytes[..end].trim_ascii_end().len();
    let rest = memchr(b'\n', &bytes[filled..end])?;
    (filled > 0).then_some(filled + rest + 1)
}

/// The quote that closes a field; nothing where the bytes end before that is sure.
fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        match bytes.get(quote + 1)? {
            b'"' => at = quote + 2,
            _ => return Some(quote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str, size: usize, keep_blank: bool) -> Vec<String> {
        let mut feed = Feed::new(text.as_bytes(), 0, b',', keep_blank, size);
        let mut all = Vec::new();
        while let Ok(Some(chunk)) = feed.next(Vec::new()) {
            assert_eq!(
                (chunk.number, chunk.offset as usize),
                (all.len(), all.iter().map(String::len).sum())
            );
            all.push(String::from_utf8(chunk.bytes).unwrap());
        }
        assert_eq!(all.concat(), text);
        all
    }

    #[test]
    fn chunks_end_where_records_end() {
        let text = "a,\"b\nc\"\r\n\"x\"\"\n\",5\" pipe\n1,\"2\"\n";
        let records = ["a,\"b\nc\"\r\n", "\"x\"\"\n\",5\" pipe\n", "1,\"2\"\n"];
        for size in 1..40 {
            for chunk in chunks(text, size, false) {
                let mut rest = chunk.as_str();
                while !rest.is_empty() {
                    let whole = records.iter().find(|record| rest.starts_with(**record));
                    rest = &rest[whole.expect("a whole record").len()..];
                }
            }
        }
        assert!(chunks(text, 1, false).len() == 3);
        // Blank lines stay with what follows, so that only the last of all can be dropped.
        for chunk in chunks("1\n\n2\n\n\n3\n\n", 2, true) {
            assert!(
                !chunk.ends_with("\n\n") || chunk.ends_with("3\n\n"),
                "{chunk:?}"
            );
        }
    }

    #[test]
    fn a_quote_without_end_is_irregular() {
        let text = format!("a,b\n\"{}", "x\n".repeat(33 << 20));
        let mut feed = Feed::new(text.as_bytes(), 0, b',', false, CHUNK);
        assert!(matches!(feed.next(Vec::new()), Ok(Some(_))));
        assert!(matches!(feed.next(Vec::new()), Err(Failed::Irregular)));
    }
}
