//! The frame of a model file: a line with the version, a line of JSON, bytes, a checksum.

use std::io::{self, Read};

use super::damaged;
use crate::base::{Hasher128, Problem};

/// The first line goes on with the number of the format.
const MAGIC: &[u8] = b"seefit model ";
/// The format written here, and the newest that can be read.
const FORMAT: u32 = 1;
/// A first line is no longer than this.
const FIRST_LINE: usize = 32;
const CHECKSUM: usize = 16;

pub(super) fn pack(header: &[u8], state: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FIRST_LINE + header.len() + state.len() + CHECKSUM);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(FORMAT.to_string().as_bytes());
    bytes.push(b'\n');
    // JSON has no line ends but those between its values, and none are written there.
    bytes.extend_from_slice(header);
    bytes.push(b'\n');
    bytes.extend_from_slice(state);
    let checksum = checksum(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// It tells accidents; whoever means harm can make a new one, so nothing is believed for its sake.
pub(super) fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    Hasher128::new().bytes(bytes).finish().0.to_le_bytes()
}

/// The first bytes, enough for [`version`].
pub(super) fn peek(from: &mut impl Read, into: &mut Vec<u8>) -> io::Result<()> {
    from.take(FIRST_LINE as u64).read_to_end(into).map(drop)
}

/// Whether the first bytes are a model file's, of whatever format.
pub(super) fn is_marked(first: &[u8]) -> bool {
    first.starts_with(MAGIC)
}

/// Where the header begins. Fails on what is no model file, or one of a newer format.
pub(super) fn version(bytes: &[u8]) -> Result<usize, Problem> {
    let first = &bytes[..bytes.len().min(FIRST_LINE)];
    let none = || {
        Problem::new("this is no model file of Seefit")
            .fix("Choose a file that seefit train --save wrote")
    };
    let rest = first.strip_prefix(MAGIC).ok_or_else(none)?;
    let end = rest
        .iter()
        .position(|&byte| byte == b'\n')
        .ok_or_else(none)?;
    let format: u32 = std::str::from_utf8(&rest[..end])
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(none)?;
    if format > FORMAT {
        return Err(Problem::new(format!(
            "the model file was written by a newer version of Seefit (format {format}, this version reads up to {FORMAT})"
        ))
        .fix("Open it with that version"));
    }
    if format == 0 {
        return Err(none());
    }
    Ok(MAGIC.len() + end + 1)
}

/// Header and state of a whole file.
pub(super) fn unpack(bytes: &[u8]) -> Result<(&[u8], &[u8]), Problem> {
    let begin = version(bytes)?;
    let short = || damaged("it is cut short");
    let end = bytes
        .len()
        .checked_sub(CHECKSUM)
        .filter(|end| *end > begin)
        .ok_or_else(short)?;
    let (content, sum) = bytes.split_at(end);
    if checksum(content) != sum {
        return Err(damaged("it is cut short or some of its bytes were changed"));
    }
    let rest = &content[begin..];
    let line = memchr::memchr(b'\n', rest).ok_or_else(short)?;
    Ok((&rest[..line], &rest[line + 1..]))
}
