//! A folder of pictures, a class a sub-folder: each picture a row of grey values, scaled to one size.

use std::fs;
use std::path::{Path, PathBuf};

use image::{ImageReader, Limits};

use super::reading::Reading;
use super::{Column, ReadOptions, Table, TableBuilder, parallel};
use crate::base::{Halt, Outcome, Problem};

const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "bmp", "gif"];
/// Rows and columns of the scaled picture, unless said otherwise, and what may be said.
const SIZE: usize = 16;
pub(super) const SIZES: std::ops::RangeInclusive<usize> = 8..=64;
/// What one picture may take: larger ones are left out, however small their file.
const MOST_SIDE: u32 = 20_000;
const MOST_BYTES: u64 = 256 << 20;
const MOST_PIXELS: usize = 1 << 28;

/// Reads the pictures of a folder's sub-folders; those of the folder itself where it has no sub-folder
/// with pictures. Nothing where there are none at all.
pub(super) fn read(
    name: &str,
    folder: &Path,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Option<Table>> {
    let mut classes: Vec<(String, Vec<PathBuf>)> = Vec::new();
    for class in entries(folder, |path| path.is_dir())? {
        reading.cancel.check()?;
        // A sub-folder that cannot be read is as good as none.
        let pictures = entries(&class, is_picture).unwrap_or_default();
        if !pictures.is_empty() {
            classes.push((last(&class), pictures));
        }
    }
    // One sub-folder alone names no classes, and may lie in any folder.
    let classified = classes.len() > 1;
    if !classified {
        classes.clear();
        classes.push((String::new(), entries(folder, is_picture)?));
    }
    let files: Vec<(u32, &Path)> = (0..)
        .zip(&classes)
        .flat_map(|(class, (_, files))| files.iter().map(move |file| (class, file.as_path())))
        .collect();
    if files.is_empty() {
        return Ok(None);
    }
    let size = options.image_size.unwrap_or(SIZE);
    let pixels = size.saturating_mul(size).saturating_mul(files.len());
    if pixels > MOST_PIXELS {
        return Err(Problem::new(format!(
            "{} pictures of {size} x {size} are more than the memory should hold",
            files.len()
        ))
        .at(name)
        .fix("Set image_size lower, or choose a folder with fewer pictures")
        .into());
    }
    let done = std::sync::atomic::AtomicUsize::new(0);
    let found = parallel::columns(files.len(), 1 << 16, |at| {
        let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        reading.at_row(count)?;
        // The decoders are others' work: one that breaks down over a damaged file spoils no more.
        let decoded = std::panic::catch_unwind(|| grey(files[at].1, size));
        Ok(decoded.unwrap_or_else(|_| Err("it is damaged".to_owned())))
    })?;
    table(
        name,
        classes.iter().map(|(name, _)| name.as_str()),
        classified,
        &files,
        found,
        size,
    )
    .map(Some)
}

fn table<'n>(
    name: &str,
    classes: impl Iterator<Item = &'n str>,
    classified: bool,
    files: &[(u32, &Path)],
    found: Vec<Result<Vec<f64>, String>>,
    size: usize,
) -> Outcome<Table> {
    let mut pictures = Vec::new();
    let mut bad = Vec::new();
    for ((class, file), found) in files.iter().zip(found) {
        match found {
            Ok(pixels) => pictures.push((*class, last(file), pixels)),
            Err(why) => bad.push((file, why)),
        }
    }
    if pictures.is_empty()
        && let Some((first, why)) = bad.first()
    {
        return Err(
            Problem::new(format!("no picture of the folder can be read ({why})"))
                .at(first.display().to_string())
                .into(),
        );
    }
    let mut builder = TableBuilder::new(name);
    if classified {
        let codes = pictures.iter().map(|(class, _, _)| *class).collect();
        let levels = classes.map(str::to_owned).collect();
        builder = builder.column(Column::categories("class", codes, levels));
        builder = builder.target("class");
    }
    let names = pictures
        .iter()
        .map(|(_, file, _)| Some(file.as_str().into()));
    builder = builder.column(Column::texts("file", names.collect()));
    for at in 0..size * size {
        let values = pictures.iter().map(|(_, _, pixels)| pixels[at]).collect();
        let name = format!("pixel_{}_{}", at / size, at % size);
        builder = builder.column(Column::numbers(name, values));
    }
    builder = builder.note(
        Problem::new(format!(
            "{} pictures are read as {size} x {size} grey values from 0, black, to 255, white",
            pictures.len()
        ))
        .fix("Choose Pixels, or image_size in scripts, for more of them or fewer"),
    );
    if let Some((first, why)) = bad.first() {
        let what = match bad.len() {
            1 => format!("a picture cannot be read and is left out ({why})"),
            n => format!("{n} pictures cannot be read and are left out, this is the first ({why})"),
        };
        builder = builder.note(Problem::new(what).at(first.display().to_string()));
    }
    Ok(builder.build()?)
}

/// Pixels along a side of the pictures that a table's rows are; None where it is of no pictures.
pub fn picture_side(table: &Table) -> Option<usize> {
    let columns = table.columns();
    let pixels = columns.iter().rev();
    let pixels = pixels.take_while(|c| c.name.starts_with("pixel_")).count();
    let side = pixels.isqrt();
    let end = side.checked_sub(1)?;
    let file = columns.len().checked_sub(pixels + 1)?;
    let ours = columns[file].name == "file"
        && side * side == pixels
        && columns.last()?.name == format!("pixel_{end}_{end}");
    ours.then_some(side)
}

/// What a folder holds of this sort, in alphabetical order; hidden files are none.
fn entries(folder: &Path, keep: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Halt> {
    let unreadable = |error: std::io::Error| {
        Problem::new(format!("the folder cannot be read ({error})"))
            .at(folder.display().to_string())
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if !last(&path).starts_with('.') && keep(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    ENDINGS.contains(&ending.to_lowercase().as_str()) && path.is_file()
}

fn last(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `size` x `size` means over equal areas, row after row, what is transparent over white.
fn grey(path: &Path, size: usize) -> Result<Vec<f64>, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let reader = ImageReader::open(path).map_err(|error| said(&error))?;
    let mut reader = reader.with_guessed_format().map_err(|error| said(&error))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| said(&error))?;
    // A decoder that heeds no limit still stops here, before the copy.
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 || height == 0 || width.saturating_mul(height) as u64 * 2 > MOST_BYTES {
        return Err("it has no pixels, or too many".to_owned());
    }
    let picture = picture.into_luma_alpha8();
    let value = |pixel: &image::LumaA<u8>| {
        let [grey, alpha] = pixel.0.map(f64::from);
        (grey * alpha + 255.0 * (255.0 - alpha)) / 255.0
    };
    let across = weights(width, size);
    let down = weights(height, size);
    let mut sums = vec![0.0; size * size];
    let mut line = vec![0.0; size];
    for (y, row) in picture.rows().enumerate() {
        line.fill(0.0);
        for (x, pixel) in row.enumerate() {
            let value = value(pixel);
            for &(cell, weight) in &across[x] {
                line[cell] += weight * value;
            }
        }
        for &(cell, weight) in &down[y] {
            let out = &mut sums[cell * size..(cell + 1) * size];
            out.iter_mut()
                .zip(&line)
                .for_each(|(sum, value)| *sum += weight * value);
        }
    }
    Ok(sums)
}

/// For each of `pixels` in a row, the cells of `cells` that it lies in, and its part of each.
fn weights(pixels: usize, cells: usize) -> Vec<Vec<(usize, f64)>> {
    let cell_width = pixels as f64 / cells as f64;
    let mut all = vec![Vec::new(); pixels];
    for cell in 0..cells {
        // In units of 1 / cells of a pixel all ends are whole, so that nothing is lost or doubled.
        let (from, to) = (cell * pixels, (cell + 1) * pixels);
        for pixel in from / cells..to.div_ceil(cells) {
            let inside = to.min((pixel + 1) * cells) - from.max(pixel * cells);
            all[pixel].push((cell, inside as f64 / cells as f64 / cell_width));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma, LumaA};

    fn folder(called: &str) -> PathBuf {
        let name = format!("seefit-pictures-{called}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("b")).unwrap();
        fs::create_dir_all(folder.join("a")).unwrap();
        folder
    }

    fn read_with(folder: &Path, size: usize) -> Outcome<Option<Table>> {
        let options = ReadOptions {
            image_size: Some(size),
            ..ReadOptions::default()
        };
        read("t", folder, &options, &Reading::default())
    }

    #[test]
    fn pixels_are_means_over_equal_areas() {
        let folder = folder("means");
        // Left half black, right half white; 24 wide and 10 high, so that cells cut pixels.
        let halves = GrayImage::from_fn(24, 10, |x, _| Luma([if x < 12 { 0 } else { 255 }]));
        halves.save(folder.join("a/halves.png")).unwrap();
        halves.save(folder.join("b/halves.bmp")).unwrap();
        let one = GrayImage::from_fn(1, 1, |_, _| Luma([100]));
        one.save(folder.join("b/one.png")).unwrap();
        let clear = image::GrayAlphaImage::from_fn(3, 3, |_, _| LumaA([0, 0]));
        clear.save(folder.join("a/clear.png")).unwrap();
        fs::write(folder.join("a/notes.txt"), "no picture").unwrap();
        let table = read_with(&folder, 9).unwrap().unwrap();
        assert_eq!((table.rows(), table.columns().len()), (4, 2 + 81));
        assert_eq!(table.suggested_target(), Some("class"));
        assert_eq!(picture_side(&table), Some(9));
        assert_eq!(table.columns()[0].levels(), ["a", "b"]);
        assert_eq!(table.columns()[1].cell(0), "clear.png");
        let row = |row: usize| -> Vec<f64> {
            (2..83)
                .map(|at| table.columns()[at].number(row).unwrap())
                .collect()
        };
        let near = |found: &[f64], expected: &[f64]| {
            found
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-9)
        };
        assert!(near(&row(0), &[255.0; 81]));
        let line = [0.0, 0.0, 0.0, 0.0, 127.5, 255.0, 255.0, 255.0, 255.0];
        assert!(near(&row(1), &line.repeat(9)) && near(&row(2), &line.repeat(9)));
        assert!(near(&row(3), &[100.0; 81]));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_size_that_no_memory_holds_is_refused() {
        let folder = folder("size");
        let one = GrayImage::from_fn(1, 1, |_, _| Luma([100]));
        one.save(folder.join("a/one.png")).unwrap();
        one.save(folder.join("b/two.png")).unwrap();
        // Its square is 0 in 64 bits.
        let refused = format!("{:?}", read_with(&folder, 1 << 32));
        assert!(refused.contains("Set image_size lower"), "{refused}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn bad_files_are_left_out_and_bombs_do_no_harm() {
        let folder = folder("bad");
        let fine = GrayImage::from_fn(5, 5, |_, _| Luma([7]));
        fine.save(folder.join("a/fine.png")).unwrap();
        fs::write(folder.join("a/broken.png"), b"\x89PNG\r\n\x1a\nrubbish").unwrap();
        // A bitmap that says it is 60,000 x 60,000.
        let mut bomb =
            b"BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00".to_vec();
        bomb.extend(60_000u32.to_le_bytes());
        bomb.extend(60_000u32.to_le_bytes());
        bomb.extend([1, 0, 24, 0]);
        bomb.extend([0; 24]);
        fs::write(folder.join("b/bomb.bmp"), &bomb).unwrap();
        let table = read_with(&folder, 8).unwrap().unwrap();
        assert_eq!(table.rows(), 1);
        let notes: Vec<String> = table.notes().iter().map(Problem::to_string).collect();
        assert!(notes[1].contains("2 pictures cannot be read"), "{notes:?}");
        assert!(notes[1].contains("broken.png"), "{notes:?}");
        fs::remove_file(folder.join("a/fine.png")).unwrap();
        assert!(format!("{:?}", read_with(&folder, 8)).contains("no picture of the folder"));
        fs::remove_dir_all(folder.join("a")).unwrap();
        fs::remove_dir_all(folder.join("b")).unwrap();
        assert!(matches!(read_with(&folder, 8), Ok(None)));
        fine.save(folder.join("alone.png")).unwrap();
        let table = read_with(&folder, 8).unwrap().unwrap();
        assert_eq!(
            (table.rows(), table.columns()[0].name.as_str()),
            (1, "file")
        );
        let stopped = Reading::default();
        stopped.cancel.cancel();
        let halted = read("t", &folder, &ReadOptions::default(), &stopped);
        assert!(matches!(halted, Err(Halt::Cancelled)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
