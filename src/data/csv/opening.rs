//! The beginning of a large text, which tells its layout, and records from its middle and its end.

use std::io;

use memchr::{memchr, memchr_iter, memrchr};

use super::decode::{refuse_control_bytes, refuse_known_formats, utf_16};
use super::layout::Layout;
use super::stream::{Origin, Share};
use super::tokenise::{Field, Records};
use super::{LARGE, ReadOptions};

pub(super) struct Opening {
    pub layout: Layout,
    /// Where the first record of values begins in the file, and how many lines end before it.
    pub start: u64,
    pub lines: usize,
    /// Records from all over the file, each of as many fields as there are columns.
    pub sample: String,
    pub fields: Vec<Field>,
    /// How many rows there will be, roughly.
    pub rows: usize,
    pub keep: Option<Share>,
}

/// Bytes of the beginning, and at most.
const HEAD: usize = 1 << 20;
const MOST_HEAD: usize = 32 << 20;
/// Lines that must be in it.
const HEAD_LINES: usize = 400;
/// Records of the sample from each of the three places.
const THIRD: usize = 1000;

impl Opening {
    /// Nothing for what has to be looked at whole.
    pub(super) fn of(origin: &Origin<'_>, options: &ReadOptions) -> io::Result<Option<Opening>> {
        let utf_8 = |label: &String| {
            encoding_rs::Encoding::for_label(label.as_bytes()) == Some(encoding_rs::UTF_8)
        };
        if !options.encoding.as_ref().is_none_or(utf_8) {
            return Ok(None);
        }
        let length = origin.length()?;
        let mut head = origin.piece(0, HEAD)?;
        while memchr_iter(b'\n', &head).count() < HEAD_LINES
            && (head.len() as u64) < length
            && head.len() < MOST_HEAD
        {
            head = origin.piece(0, head.len() * 4)?;
        }
        let whole = head.len() as u64 >= length;
        if utf_16(&head).is_some()
            || refuse_known_formats(&head).is_err()
            || refuse_control_bytes(&head).is_err()
            || memchr(0, &head).is_some()
        {
            return Ok(None);
        }
        let mark = if head.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let end = match (whole, memrchr(b'\n', &head)) {
            (true, _) => head.len(),
            (false, Some(end)) => end + 1,
            (false, None) => return Ok(None),
        };
        let Some(text) = head
            .get(mark..end)
            .and_then(|b| std::str::from_utf8(b).ok())
        else {
            return Ok(None);
        };
        // Lines may end in CR alone.
        if text.trim().is_empty() || memchr(b'\n', text.as_bytes()).is_none() {
            return Ok(None);
        }
        let layout = Layout::of(text, options);
        let begin = layout.dialect.start;
        let mut opening = Opening {
            start: (mark + begin) as u64,
            lines: memchr_iter(b'\n', &text.as_bytes()[..begin]).count(),
            sample: String::new(),
            fields: Vec::new(),
            rows: 0,
            keep: None,
            layout,
        };
        if whole {
            opening.take(&text[begin..], 3 * THIRD, true);
        } else {
            opening.take(&text[begin..], THIRD, true);
            let piece = (4 * opening.record_bytes() as usize).clamp(HEAD / 2, MOST_HEAD);
            for offset in [length / 2, length.saturating_sub(piece as u64)] {
                let bytes = origin.piece(offset, piece)?;
                let from = memchr(b'\n', &bytes).map_or(0, |at| at + 1);
                let to = memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
                if let Some(text) = bytes
                    .get(from..to)
                    .and_then(|b| std::str::from_utf8(b).ok())
                {
                    opening.take(text, THIRD, false);
                }
            }
        }
        if opening.fields.is_empty() {
            return Ok(None);
        }
        let rows = (length - opening.start) as f64 / opening.record_bytes();
        opening.keep = share(options, rows, length);
        let kept = opening
            .keep
            .map_or(1.0, |share| share.threshold as f64 / u64::MAX as f64);
        // A little more, so that no column needs to grow at the end.
        opening.rows = (rows * kept * 1.03) as usize + 1000;
        // Memory that is asked for and not there would end the program.
        opening.rows = opening.rows.min(length as usize / 2 + 1000);
        Ok(Some(opening))
    }

    /// Adds the first of these records: as the whole is read where the text `begins` with one, else those
    /// alone that have all their fields, since a text cut out of the middle may begin in a quoted one.
    fn take(&mut self, text: &str, most: usize, begins: bool) {
        let from = self.sample.len();
        self.sample.push_str(text);
        let columns = self.layout.columns();
        let delimiter = self.layout.dialect.delimiter;
        let mut records = Records::new(&self.sample, from, delimiter, columns == 1);
        let (mut rows, mut end) = (0, from);
        while rows < most {
            let before = self.fields.len();
            let Some((count, at)) = records.next(&mut self.fields) else {
                break;
            };
            let comment = count == 1 && columns > 1 && self.sample.as_bytes()[at] == b'#';
            if count == columns || (begins && !comment) {
                self.fields.resize(before + columns, Field::EMPTY);
                rows += 1;
            } else {
                self.fields.truncate(before);
            }
            end = records.position;
        }
        self.sample.truncate(end);
    }

    /// Of a record, on the average.
    pub(super) fn record_bytes(&self) -> f64 {
        let rows = self.fields.len() / self.layout.columns();
        (self.sample.len() as f64 / rows.max(1) as f64).max(1.0)
    }
}

/// Whether only a part of the rows is read: as the person says, or where the columns would take more
/// than half of the memory that is free.
fn share(options: &ReadOptions, rows: f64, length: u64) -> Option<Share> {
    let part = match options.sample_rows {
        Some(most) => most as f64 / rows,
        None if length < 64 * LARGE => return None,
        // Columns and what is in work on them take about as much as the text.
        None => crate::data::memory::free()? as f64 / 2.0 / (1.3 * length as f64),
    };
    (part < 1.0).then(|| Share::of(part))
}
