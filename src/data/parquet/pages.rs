//! The byte arrays of a column, page by page and without an object for each: in the two encodings that all
//! writers use for texts, plain and by a dictionary (the format's Encodings.md). What is encoded otherwise
//! is left to the library.

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};

use super::read::damaged;
use crate::base::{Cancel, Outcome, Problem};

/// How far the pages could be read here.
pub(super) enum End {
    Whole,
    /// The page after so many cells is for the library.
    After(usize),
}

/// Cells between two looks at the cancel flag.
const BLOCK: usize = 1 << 16;

/// Hands the cells of a column without repetition to `put`, none where they are missing: those whose
/// level is below `most_level`. Refuses to give more than `most` cells, whatever the pages claim.
pub(super) fn byte_arrays(
    mut pages: Box<dyn PageReader>,
    most_level: i16,
    most: usize,
    cancel: &Cancel,
    put: &mut impl FnMut(Option<&[u8]>) -> Result<(), Problem>,
) -> Outcome<End> {
    let mut dictionary = None;
    let mut done = 0;
    while let Some(page) = pages.get_next_page().map_err(damaged)? {
        let (buffer, count, encoding, levels) = match page {
            Page::DictionaryPage {
                buf, num_values, ..
            } => {
                dictionary = Some(Dictionary::of(buf, num_values)?);
                continue;
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding,
                ..
            } => {
                let levels = match most_level {
                    0 => 0..0,
                    _ if def_level_encoding != Encoding::RLE => return Ok(End::After(done)),
                    _ => 4..4usize.saturating_add(length_at(&buf, 0).ok_or_else(cut)?),
                };
                (buf, num_values, encoding, levels)
            }
            Page::DataPageV2 {
                rep_levels_byte_len: 1..,
                ..
            } => return Ok(End::After(done)),
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len,
                ..
            } => (buf, num_values, encoding, 0..def_levels_byte_len as usize),
        };
        let count = count as usize;
        if count > most - done {
            return Err(claims().into());
        }
        let values = buffer.get(levels.end..).ok_or_else(cut)?;
        let mut values = match encoding {
            Encoding::PLAIN => Values::Plain(values),
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                let dictionary = dictionary.as_ref().ok_or_else(cut)?;
                let indices = match values.split_first() {
                    Some((width, indices)) => Runs::new(indices, u32::from(*width)),
                    // A page of missing cells alone.
                    None => Runs::new(&[], 0),
                };
                Values::Coded(dictionary, indices)
            }
            _ => return Ok(End::After(done)),
        };
        let width = 16 - most_level.leading_zeros();
        let levels = buffer.get(levels).ok_or_else(cut)?;
        let mut levels = (most_level > 0).then(|| Runs::new(levels, width));
        for at in 0..count {
            if at % BLOCK == 0 {
                cancel.check()?;
            }
            let there = match &mut levels {
                None => true,
                Some(levels) => levels.next().ok_or_else(cut)? == most_level as u32,
            };
            match there {
                true => put(Some(values.next().ok_or_else(cut)?))?,
                false => put(None)?,
            }
        }
        done += count;
    }
    Ok(End::Whole)
}

fn cut() -> Problem {
    Problem::new("the Parquet file is damaged (a page ends too early)").fix("Save it again")
}

fn claims() -> Problem {
    Problem::new("the Parquet file is damaged (its pages have more rows than it says)")
        .fix("Save it again")
}

/// A length before bytes.
fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*four) as usize)
}

enum Values<'a> {
    Plain(&'a [u8]),
    Coded(&'a Dictionary, Runs<'a>),
}

impl<'a> Values<'a> {
    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        match self {
            Values::Plain(rest) => {
                let length = length_at(rest, 0)?;
                let (value, after) = rest.get(4..)?.split_at_checked(length)?;
                *rest = after;
                Some(value)
            }
            Values::Coded(dictionary, indices) => dictionary.get(indices.next()?),
        }
    }
}

/// Where each entry lies.
struct Dictionary {
    bytes: Bytes,
    places: Vec<(usize, usize)>,
}

impl Dictionary {
    fn of(bytes: Bytes, count: u32) -> Result<Dictionary, Problem> {
        // Each entry takes four bytes at least, whatever is claimed.
        let mut places = Vec::with_capacity((count as usize).min(bytes.len() / 4));
        let mut at = 0;
        for _ in 0..count {
            let length = length_at(&bytes, at).ok_or_else(cut)?;
            let end = (at + 4).checked_add(length);
            let end = end.filter(|end| *end <= bytes.len()).ok_or_else(cut)?;
            places.push((at + 4, end));
            at = end;
        }
        Ok(Dictionary { bytes, places })
    }

    #[inline]
    fn get(&self, index: u32) -> Option<&[u8]> {
        let (start, end) = *self.places.get(index as usize)?;
        self.bytes.get(start..end)
    }
}

/// Small numbers as runs of one value and as bits side by side, in turns.
struct Runs<'a> {
    rest: &'a [u8],
    /// Bits of a number.
    width: u32,
    run: Run<'a>,
    left: usize,
}

enum Run<'a> {
    Value(u32),
    /// Packed numbers, and the next one's first bit.
    Bits(&'a [u8], usize),
}

impl<'a> Runs<'a> {
    fn new(rest: &'a [u8], width: u32) -> Self {
        Runs {
            rest,
            width,
            run: Run::Value(0),
            left: 0,
        }
    }

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            self.next_run()?;
        }
        self.left -= 1;
        match &mut self.run {
            Run::Value(value) => Some(*value),
            Run::Bits(bytes, bit) => {
                let from = *bit / 8;
                let word = match bytes.get(from..).and_then(|rest| rest.first_chunk::<8>()) {
                    Some(eight) => u64::from_le_bytes(*eight),
                    None => {
                        let mut eight = [0; 8];
                        let tail = bytes.get(from..)?;
                        let tail = &tail[..tail.len().min(8)];
                        eight[..tail.len()].copy_from_slice(tail);
                        u64::from_le_bytes(eight)
                    }
                };
                let value = word >> (*bit % 8) & !(!0 << self.width);
                *bit += self.width as usize;
                Some(value as u32)
            }
        }
    }

    fn next_run(&mut self) -> Option<()> {
        if self.width > 32 {
            return None;
        }
        let (mut head, mut shift) = (0u64, 0);
        loop {
            let (byte, after) = self.rest.split_first()?;
            self.rest = after;
            head |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
            if shift > 35 {
                return None;
            }
        }
        let count = usize::try_from(head >> 1).ok()?;
        if head & 1 == 0 {
            let (value, after) = self
                .rest
                .split_at_checked(self.width.div_ceil(8) as usize)?;
            self.rest = after;
            let mut four = [0; 4];
            four[..value.len()].copy_from_slice(value);
            self.run = Run::Value(u32::from_le_bytes(four));
            self.left = count;
        } else {
            // The last group of eight may be cut off where no more numbers come.
            let length = count.checked_mul(self.width as usize)?.min(self.rest.len());
            let (bits, after) = self.rest.split_at(length);
            self.rest = after;
            self.run = Run::Bits(bits, 0);
            self.left = count.checked_mul(8)?;
            if self.width > 0 {
                self.left = self.left.min(length * 8 / self.width as usize);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], width: u32, most: usize) -> Vec<u32> {
        let mut runs = Runs::new(bytes, width);
        std::iter::from_fn(|| runs.next()).take(most).collect()
    }

    #[test]
    fn runs_and_packed_bits() {
        // The format's own example: 0 to 7 in three bits each.
        assert_eq!(all(&[3, 0x88, 0xc6, 0xfa], 3, 99), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(
            all(&[8, 5, 3, 0xff], 1, 99),
            [5, 5, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1]
        );
        assert_eq!(all(&[0x82, 0x01, 7, 2], 12, 99), [519; 65]);
        assert_eq!(all(&[6], 0, 99), [0, 0, 0]);
        assert_eq!(all(&[3], 0, 99), [0; 8]);
        // What claims more than there is ends.
        assert_eq!(all(&[9, 0xff], 2, 99), [3, 3, 3, 3]);
        assert!(all(&[0xff; 9], 8, 99).is_empty());
        assert!(all(&[2, 1], 33, 99).is_empty());
        assert!(all(&[2], 8, 99).is_empty());
        assert!(all(&[0, 0, 0], 1, 99).is_empty());
        let wide: Vec<u8> = [3].into_iter().chain([0xaa; 31]).collect();
        assert_eq!(all(&wide, 31, 2), [0x2aaa_aaaa, 0x5555_5555]);
    }

    #[test]
    fn entries_lie_within_their_page() {
        let bytes = |content: &[u8]| Bytes::from(content.to_vec());
        let two = Dictionary::of(bytes(&[1, 0, 0, 0, b'a', 0, 0, 0, 0]), 2).unwrap();
        assert_eq!(
            (two.get(0), two.get(1), two.get(2)),
            (Some(&b"a"[..]), Some(&b""[..]), None)
        );
        for (content, count) in [
            (&[1, 0, 0, 0][..], 1),
            (&[255; 8], 1),
            (&[0, 0, 0, 0], u32::MAX),
        ] {
            assert!(Dictionary::of(bytes(content), count).is_err());
        }
    }
}
