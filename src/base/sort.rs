//! Sorting that can be stopped.

use std::cmp::Ordering;

use super::{Cancel, Outcome};

/// Items that are sorted, or merged, between two looks at the flag.
const BLOCK: usize = 1 << 14;

/// Sorts as `sort_by` does: equal items keep their order. Looks at `cancel` every few thousand items; after
/// `Halt::Cancelled` the items are all there, in some order.
pub fn sort_by<T: Copy>(
    items: &mut Vec<T>,
    order: impl Fn(&T, &T) -> Ordering,
    cancel: &Cancel,
) -> Outcome<()> {
    for block in items.chunks_mut(BLOCK) {
        cancel.check()?;
        block.sort_by(&order);
    }
    let mut merged = Vec::with_capacity(if items.len() > BLOCK { items.len() } else { 0 });
    let mut width = BLOCK;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(2 * width) {
            merge(pair, width, &order, &mut merged, cancel)?;
        }
        std::mem::swap(items, &mut merged);
        width *= 2;
    }
    Ok(())
}

/// Appends the items of two sorted runs, the second from `middle` on, in their common order.
fn merge<T: Copy>(
    pair: &[T],
    middle: usize,
    order: &impl Fn(&T, &T) -> Ordering,
    merged: &mut Vec<T>,
    cancel: &Cancel,
) -> Outcome<()> {
    let (first, second) = pair.split_at(middle.min(pair.len()));
    let (mut a, mut b) = (0, 0);
    while a < first.len() && b < second.len() {
        cancel.check()?;
        for _ in 0..BLOCK {
            let (Some(x), Some(y)) = (first.get(a), second.get(b)) else {
                break;
            };
            if order(x, y) == Ordering::Greater {
                merged.push(*y);
                b += 1;
            } else {
                merged.push(*x);
                a += 1;
            }
        }
    }
    merged.extend_from_slice(&first[a..]);
    merged.extend_from_slice(&second[b..]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Halt, Random};

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut random = Random::new(3);
        for length in [0, 1, 2, BLOCK, BLOCK + 1, 3 * BLOCK + 7, 5 * BLOCK] {
            // Many equal keys: their places tell whether they kept their order.
            let items: Vec<(usize, usize)> = (0..length).map(|at| (random.below(50), at)).collect();
            let (mut found, mut expected) = (items.clone(), items);
            sort_by(&mut found, |a, b| a.0.cmp(&b.0), &Cancel::new()).unwrap();
            expected.sort_by_key(|item| item.0);
            assert!(found == expected, "{length} items");
        }
    }

    #[test]
    fn it_stops_within_a_block_and_loses_nothing() {
        let items: Vec<u32> = (0..6 * BLOCK as u32).rev().collect();
        let all = Cancel::at_look(0);
        sort_by(&mut items.clone(), u32::cmp, &all).unwrap();
        // Six blocks; merging them, three pairs of one, a pair of two, and four with two.
        assert!(all.looks() >= 6 + 3 + 2 + 2, "{} looks", all.looks());
        for look in 1..=all.looks() {
            let mut some = items.clone();
            let cancel = Cancel::at_look(look);
            assert_eq!(sort_by(&mut some, u32::cmp, &cancel), Err(Halt::Cancelled));
            assert_eq!(cancel.looks(), look);
            some.sort_unstable();
            assert!(some.iter().rev().eq(&items));
        }
    }
}
