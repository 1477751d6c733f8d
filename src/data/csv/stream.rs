//! A large text read in chunks by several threads: memory for the columns and a few chunks, not for the
//! text. What is odd about a text (another encoding, quotes that are never closed) sends it back to be
//! read whole, so this way needs to know the regular case alone, and both give the same table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use memchr::{memchr, memchr_iter};

use super::feed::{CHUNK, Failed, Feed};
use super::infer::{Cells, guess};
use super::opening::Opening;
use super::parse::{self, Parsed, Style};
use super::piece::{Finished, Piece, Plan};
use super::remark::Remark;
use super::tokenise::{self, Field, Tokens};
use super::{ReadOptions, no_rows};
use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::data::reading::Reading;
use crate::data::{Table, parallel};

/// Where the bytes are. They can be had from any place, and again.
pub(in crate::data) enum Origin<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

impl Origin<'_> {
    pub(super) fn from(&self, offset: u64) -> std::io::Result<Box<dyn Read + Send + '_>> {
        Ok(match self {
            Origin::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Box::new(file)
            }
            Origin::Bytes(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX);
                Box::new(bytes.get(from..).unwrap_or_default())
            }
        })
    }

    pub(super) fn length(&self) -> std::io::Result<u64> {
        match self {
            Origin::File(path) => Ok(std::fs::metadata(path)?.len()),
            Origin::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// At most so many bytes.
    pub(super) fn piece(&self, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.from(offset)?
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads delimited text; `told` is its encoding, and what was said about it. Nothing where it has to be
/// read whole.
pub(in crate::data) fn in_chunks(
    name: &str,
    origin: &Origin<'_>,
    told: (&'static str, Vec<Problem>),
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Option<Table>> {
    in_chunks_of(None, name, origin, told, options, reading)
}

/// Rows that a chunk has at least: fewer would not be worth a look at each column.
const LEAST_ROWS: f64 = 500.0;
const LARGEST_CHUNK: usize = 8 << 20;

fn in_chunks_of(
    size: Option<usize>,
    name: &str,
    origin: &Origin<'_>,
    (encoding, mut notes): (&'static str, Vec<Problem>),
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Option<Table>> {
    let Ok(Some(opening)) = Opening::of(origin, options) else {
        return Ok(None);
    };
    let usual = (LEAST_ROWS * opening.record_bytes()) as usize;
    let size = size.unwrap_or(usual.clamp(CHUNK, LARGEST_CHUNK));
    let layout = opening.layout;
    let columns = layout.columns();
    let styles: Vec<Style> = (0..columns).map(|at| layout.style(at, options)).collect();
    let plan = |column: usize| {
        let cells = Cells {
            text: &opening.sample,
            fields: &opening.fields,
            columns,
            column,
            missing: &options.missing,
        };
        let style = styles[column];
        Some(Plan::of(guess(&cells, style.decimal_comma), style))
    };
    let mut plans: Vec<Option<Plan>> = (0..columns).map(plan).collect();
    let keep = opening.keep;
    let passing = |plans: &[Option<Plan>], first: bool| {
        let pass = Pass {
            delimiter: layout.dialect.delimiter,
            columns,
            styles: &styles,
            missing: &options.missing,
            plans,
            keep,
            size,
            cancel: &reading.cancel,
            reading: first.then_some(reading),
            failed: plans.iter().map(|_| AtomicUsize::new(usize::MAX)).collect(),
        };
        pass.run(origin, opening.start, opening.rows)
    };
    let mut parsed: Vec<Option<Parsed>> = (0..columns).map(|_| None).collect();
    let mut remarks: Vec<Vec<Remark>> = (0..columns).map(|_| Vec::new()).collect();
    let mut first: Option<Joined> = None;
    let mut drop_last = false;
    while plans.iter().any(Option::is_some) {
        let Some(mut joined) = passing(&plans, first.is_none())? else {
            return Ok(None);
        };
        let rows = joined.tokens.rows;
        if rows == 0 {
            return Err(no_rows(name).into());
        }
        if first
            .as_ref()
            .is_some_and(|first| first.tokens.rows != rows)
        {
            return Err(changed(name).into());
        }
        let pieces = std::mem::take(&mut joined.pieces);
        if let Some(Some(Piece::Words(last))) = pieces.last() {
            drop_last |= layout.unnamed_last() && !last.filled;
        }
        let pieces: Vec<Mutex<_>> = pieces
            .into_iter()
            .zip(std::mem::take(&mut remarks))
            .map(Mutex::new)
            .collect();
        let finished = parallel::columns(columns, rows, |at| {
            reading.cancel.check()?;
            let (piece, mut remarks) = std::mem::take(&mut *lock(&pieces[at]));
            let (Some(piece), Some(plan)) = (piece, &plans[at]) else {
                return Ok((None, remarks));
            };
            let finished = finish(piece, plan, styles[at], rows, &mut remarks, &reading.cancel)?;
            Ok((Some(finished), remarks))
        })?;
        let mut next: Vec<Option<Plan>> = (0..columns).map(|_| None).collect();
        for (at, (finished, said)) in finished.into_iter().enumerate() {
            match finished {
                Some(Finished::Column(read)) => {
                    parsed[at] = Some(Parsed::new(&layout.names[at], read, said));
                    remarks.push(Vec::new());
                }
                Some(Finished::Again(plan)) => {
                    next[at] = Some(plan);
                    remarks.push(said);
                }
                None => remarks.push(said),
            }
        }
        plans = next;
        first.get_or_insert(joined);
    }
    let Some(joined) = first else {
        return Ok(None);
    };
    let mut parsed: Vec<Parsed> = parsed.into_iter().flatten().collect();
    if drop_last {
        parsed.truncate(columns - 1);
    }
    if let Some(share) = keep {
        notes.push(share.note(joined.tokens.rows, joined.seen));
    }
    let places = Places {
        origin,
        marks: &joined.marks,
        lines: opening.lines,
        delimiter: layout.dialect.delimiter,
        columns,
        keep,
    };
    let place = |column: usize, row: usize| match places.line_of_cell(column, row) {
        Some(line) => format!("Line {line}"),
        None => format!("Row {}", row + 1),
    };
    let line = |offset: usize| places.line(offset as u64).unwrap_or(0);
    let tokens = &joined.tokens;
    let table = layout.table(
        name, encoding, notes, tokens, &line, parsed, drop_last, &place, options,
    );
    table.map(Some)
}

fn changed(name: &str) -> Problem {
    Problem::new("the file was changed while it was read")
        .at(name)
        .fix("Open it again once nothing writes to it")
}

/// A column of all its cells. What no sample told anything about is looked at now.
fn finish(
    piece: Piece,
    plan: &Plan,
    style: Style,
    rows: usize,
    remarks: &mut Vec<Remark>,
    cancel: &Cancel,
) -> Outcome<Finished> {
    if let (Plan::Open, Piece::Words(words)) = (plan, &piece) {
        let Some(texts) = words.to_texts() else {
            return Ok(Finished::Column(parse::empty(rows)));
        };
        let texts = texts?;
        let parsed = parse::parse(&texts.cells(&[]), "", style, cancel)?;
        remarks.extend(parsed.remarks);
        let column = parsed.column;
        let read = (column.kind, column.values, column.missing, column.unit);
        return Ok(Finished::Column(read));
    }
    Ok(piece.finish(plan, style, remarks))
}

/// Which rows are kept, where a file is too large for all: each by a number drawn from its place in the
/// file, so that the same rows are kept however many threads read it.
#[derive(Clone, Copy)]
pub(super) struct Share {
    /// Of 2^64.
    pub threshold: u64,
}

/// Of the note on a sample that was drawn.
pub(in crate::data) const SAMPLE_FIX: &str = "Set sample_rows to read more of them or fewer";

impl Share {
    pub(super) fn of(share: f64) -> Share {
        Share {
            threshold: (share.clamp(0.0, 1.0) * u64::MAX as f64) as u64,
        }
    }

    /// splitmix64 (Steele, Lea and Flood, 2014) of the place.
    fn keeps(self, offset: u64) -> bool {
        let mut z = offset.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) <= self.threshold
    }

    fn note(self, rows: usize, of: usize) -> Problem {
        Problem::new(format!(
            "{rows} of {of} rows are read: a sample drawn at random, the same each time"
        ))
        .fix(SAMPLE_FIX)
    }

    /// The fields of the rows that are kept.
    fn thin(self, fields: &mut Vec<Field>, columns: usize, offset: u64) {
        let (mut kept, mut from) = (0, 0);
        while from < fields.len() {
            if self.keeps(offset + fields[from].offset() as u64) {
                fields.copy_within(from..from + columns, kept);
                kept += columns;
            }
            from += columns;
        }
        fields.truncate(kept);
    }
}

/// One way through the file, for the columns that have a plan.
struct Pass<'a> {
    delimiter: u8,
    columns: usize,
    styles: &'a [Style],
    missing: &'a [String],
    plans: &'a [Option<Plan>],
    keep: Option<Share>,
    size: usize,
    cancel: &'a Cancel,
    reading: Option<&'a Reading>,
    /// The chunk from which on a column's cells are no use any more.
    failed: Vec<AtomicUsize>,
}

/// What one chunk holds.
struct Part {
    mark: Mark,
    tokens: Tokens,
    seen: usize,
    pieces: Vec<Option<Piece>>,
}

/// Where a chunk stands.
struct Mark {
    offset: u64,
    length: usize,
    /// Lines that end in it.
    lines: usize,
    /// Rows that are kept of it.
    rows: usize,
}

/// Memory of a thread that its next chunk uses again.
#[derive(Default)]
struct Spare {
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

/// The chunks so far, in their order.
#[derive(Default)]
struct Joined {
    pieces: Vec<Option<Piece>>,
    /// Counts alone.
    tokens: Tokens,
    /// Rows, kept or not.
    seen: usize,
    marks: Vec<Mark>,
    /// Chunks that wait for an earlier one.
    early: BTreeMap<usize, Part>,
}

enum Stop {
    Irregular,
    Halt(Halt),
}

impl<T: Into<Halt>> From<T> for Stop {
    fn from(halt: T) -> Self {
        Stop::Halt(halt.into())
    }
}

impl Pass<'_> {
    /// Nothing where the text has to be read whole.
    fn run(&self, origin: &Origin<'_>, start: u64, rows: usize) -> Outcome<Option<Joined>> {
        let from = origin.from(start).map_err(|error| stopped(&error))?;
        let feed = Feed::new(from, start, self.delimiter, self.columns == 1, self.size);
        let feed = Mutex::new(feed);
        let room = |plan: &Option<Plan>| plan.as_ref().map(|p| Piece::with_capacity(p, rows));
        let joined = Mutex::new(Joined {
            pieces: self.plans.iter().map(room).collect(),
            ..Joined::default()
        });
        let (over, stop) = (AtomicBool::new(false), Mutex::new(None));
        let work = || {
            let mut spare = Spare::default();
            while !over.load(Ordering::Relaxed) {
                match self.chunk(&feed, &joined, &mut spare) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(why) => {
                        lock(&stop).get_or_insert(why);
                        over.store(true, Ordering::Relaxed);
                    }
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        std::thread::scope(|scope| {
            for number in 1..threads.min(16) {
                let builder = std::thread::Builder::new().name(format!("chunks {number}"));
                // Where no thread can be had, this one does all the work.
                let _ = builder.spawn_scoped(scope, work);
            }
            work();
        });
        let stop = stop.into_inner().unwrap_or_else(|p| p.into_inner());
        match stop {
            None => Ok(Some(joined.into_inner().unwrap_or_else(|p| p.into_inner()))),
            Some(Stop::Irregular) => Ok(None),
            Some(Stop::Halt(halt)) => Err(halt),
        }
    }

    /// Reads the next chunk; false after the last.
    fn chunk<R: Read>(
        &self,
        feed: &Mutex<Feed<R>>,
        joined: &Mutex<Joined>,
        spare: &mut Spare,
    ) -> Result<bool, Stop> {
        self.cancel.check()?;
        let next = lock(feed).next(std::mem::take(&mut spare.bytes));
        let chunk = match next {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(false),
            Err(Failed::Irregular) => return Err(Stop::Irregular),
            Err(Failed::Read(error)) => return Err(stopped(&error).into()),
        };
        if let Some(reading) = self.reading {
            reading.add_bytes(chunk.bytes.len());
        }
        let text = std::str::from_utf8(&chunk.bytes).map_err(|_| Stop::Irregular)?;
        if memchr(0, &chunk.bytes).is_some() {
            return Err(Stop::Irregular);
        }
        let mut tokens = tokenise::tokenise_into(
            std::mem::take(&mut spare.fields),
            text,
            0,
            self.delimiter,
            self.columns,
            self.cancel,
        )?;
        if !tokens.stray_quotes.is_empty() {
            return Err(Stop::Irregular);
        }
        let seen = tokens.rows;
        let mut fields = std::mem::take(&mut tokens.fields);
        if let Some(share) = self.keep {
            share.thin(&mut fields, self.columns, chunk.offset);
            tokens.rows = fields.len() / self.columns;
        }
        let piece = |column: usize| -> Outcome<Option<Piece>> {
            let Some(plan) = &self.plans[column] else {
                return Ok(None);
            };
            if self.failed[column].load(Ordering::Relaxed) < chunk.number {
                return Ok(None);
            }
            let cells = Cells {
                text,
                fields: &fields,
                columns: self.columns,
                column,
                missing: self.missing,
            };
            let style = self.styles[column];
            let piece = Piece::gather(&cells, plan, style, usize::MAX, self.cancel)?;
            if piece.refutes() {
                self.failed[column].fetch_min(chunk.number, Ordering::Relaxed);
            }
            Ok(Some(piece))
        };
        let pieces = (0..self.columns).map(piece).collect::<Outcome<Vec<_>>>()?;
        let part = Part {
            mark: Mark {
                offset: chunk.offset,
                length: chunk.bytes.len(),
                lines: memchr_iter(b'\n', &chunk.bytes).count(),
                rows: tokens.rows,
            },
            tokens,
            seen,
            pieces,
        };
        spare.fields = fields;
        spare.bytes = chunk.bytes;
        self.join(&mut lock(joined), chunk.number, part)
    }

    /// Adds a chunk, and those that waited for it.
    fn join(&self, joined: &mut Joined, number: usize, part: Part) -> Result<bool, Stop> {
        joined.early.insert(number, part);
        while let Some(part) = joined.early.remove(&joined.marks.len()) {
            let offset = part.mark.offset as usize;
            let tokens = &mut joined.tokens;
            tokens.rows += part.tokens.rows;
            tokens.trailing += part.tokens.trailing;
            tokens.comments += part.tokens.comments;
            tokens.short.append(&part.tokens.short, offset);
            tokens.long.append(&part.tokens.long, offset);
            joined.seen += part.seen;
            for (at, piece) in part.pieces.into_iter().enumerate() {
                if let (Some(all), Some(piece)) = (&mut joined.pieces[at], piece) {
                    all.append(piece, self.styles[at]);
                }
            }
            let bytes = offset + part.mark.length;
            joined.marks.push(part.mark);
            tokenise::refuse_padding(&joined.tokens, self.columns, bytes)?;
            if let Some(reading) = self.reading {
                reading.at_row(joined.tokens.rows)?;
            }
        }
        Ok(true)
    }
}

fn stopped(error: &std::io::Error) -> Problem {
    Problem::new(format!("reading stopped half-way ({error})"))
}

/// Finds lines by reading a chunk again: only the few cells that a note is about need one.
struct Places<'a> {
    origin: &'a Origin<'a>,
    marks: &'a [Mark],
    /// Above the first chunk.
    lines: usize,
    delimiter: u8,
    columns: usize,
    keep: Option<Share>,
}

impl Places<'_> {
    /// From 1, of a byte of the file.
    fn line(&self, offset: u64) -> Option<usize> {
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let (mark, before) = (self.marks.get(after.checked_sub(1)?)?, after - 1);
        let bytes = self
            .origin
            .piece(mark.offset, (offset - mark.offset) as usize)
            .ok()?;
        let above: usize = self.marks[..before].iter().map(|mark| mark.lines).sum();
        Some(1 + self.lines + above + memchr_iter(b'\n', &bytes).count())
    }

    fn line_of_cell(&self, column: usize, row: usize) -> Option<usize> {
        let mut first = 0;
        let mark = self.marks.iter().find(|mark| {
            first += mark.rows;
            row < first
        })?;
        let row = row - (first - mark.rows);
        let bytes = self.origin.piece(mark.offset, mark.length).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let cancel = Cancel::new();
        let tokens = tokenise::tokenise(text, 0, self.delimiter, self.columns, &cancel).ok()?;
        let mut fields = tokens.fields;
        if let Some(share) = self.keep {
            share.thin(&mut fields, self.columns, mark.offset);
        }
        let field = |column: usize| fields.get(row * self.columns + column).map(|f| f.offset());
        // A field that a short record lacks stands nowhere; its record begins with the first field.
        let offset = match field(column)? {
            0 => field(0)?,
            offset => offset,
        };
        self.line(mark.offset + offset as u64)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
