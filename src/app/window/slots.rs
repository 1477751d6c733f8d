//! Slots of picture tasks beside the cards' own, which count from 0.

pub const SCENE: u64 = 1 << 40;
pub const DENSITY: u64 = SCENE + 1;
pub const SUMMARY: u64 = SCENE + 2;
pub const CELLS: u64 = SCENE + 3;
pub const THUMBNAIL: u64 = SCENE + 4;
pub const INSIDE: u64 = SCENE + 5;
pub const IMPORTANCE: u64 = 1 << 41;
pub const PREVIEW: u64 = 1 << 42;
const SMALL: u64 = 1 << 60;
pub const TAB: u64 = 1 << 44;

/// One for each card and size, whatever other sizes there are: a newer picture takes the place
/// of a waiting one of its own size alone.
pub fn small(id: super::ModelId, size: [usize; 2]) -> u64 {
    let [width, height] = size.map(|side| side as u64 & 0xfff);
    SMALL | id.0 << 24 | width << 12 | height
}
