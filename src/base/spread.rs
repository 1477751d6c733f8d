//! Some of many rows, spread over all of them.

use std::ops::Range;

/// One of each `every` rows, at a place within them that has nothing to do with the others'. Where rows
/// alternate, as those of two classes that were written in turns, every n-th would be of one class.
///
/// In order, the same in every run, all where `every` is 1. Ranges that begin at multiples of `every`
/// together give what the whole gives.
pub fn some_of(rows: Range<usize>, every: usize) -> impl Iterator<Item = usize> + Clone {
    let (every, end) = (every.max(1), rows.end);
    let starts = rows.step_by(every);
    starts.map(move |start| one_of(start..end.min(start + every)))
}

/// So many of the rows, or all where there are no more: one of each of as many stretches of equal length.
/// In order, the same in every run.
pub fn so_many_of(rows: usize, most: usize) -> impl Iterator<Item = usize> + Clone {
    let parts = rows.min(most);
    let bound = move |part: usize| (part as u128 * rows as u128 / parts.max(1) as u128) as usize;
    (0..parts).map(move |part| one_of(bound(part)..bound(part + 1)))
}

/// One row of a stretch, by its beginning: the finaliser of SplitMix64 (Steele et al., 2014).
fn one_of(stretch: Range<usize>) -> usize {
    let mut word = (stretch.start as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^= word >> 31;
    stretch.start + (word % stretch.len().max(1) as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternating_rows_are_met_alike() {
        for every in [2, 3, 4, 10, 64] {
            let most = 100_000_usize.div_ceil(every);
            let rows: Vec<usize> = some_of(0..100_000, every).collect();
            assert_eq!(rows.len(), most);
            assert_eq!(so_many_of(100_000, most).count(), most);
            if 100_000 % every == 0 {
                assert!(so_many_of(100_000, most).eq(rows.iter().copied()));
            }
            assert!(rows.is_sorted_by(|a, b| a < b) && rows.iter().all(|r| *r < 100_000));
            for period in [2, 3, 5, 10] {
                let share = rows.iter().filter(|r| *r % period == 0).count() as f64;
                let share = share / rows.len() as f64;
                let off = (share - 1.0 / period as f64).abs();
                // Four standard errors.
                let most = 4.0 * (0.25 / rows.len() as f64).sqrt();
                assert!(off < most, "every {every}, period {period}: {share}");
            }
        }
    }

    #[test]
    fn parts_give_what_the_whole_gives() {
        let whole: Vec<usize> = some_of(0..1_003, 7).collect();
        let parts = [0..350, 350..700, 700..1_003];
        let parts: Vec<usize> = parts
            .into_iter()
            .flat_map(|part| some_of(part, 7))
            .collect();
        assert_eq!(whole, parts);
        assert_eq!(some_of(0..5, 1).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(some_of(0..0, 3).count(), 0);
        assert_eq!(so_many_of(5, 9).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        let three: Vec<usize> = so_many_of(8, 3).collect();
        assert!((0..2).contains(&three[0]) && (2..5).contains(&three[1]) && three[2] >= 5);
        assert_eq!(so_many_of(0, 3).count() + so_many_of(3, 0).count(), 0);
    }
}
