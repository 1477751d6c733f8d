//! The k nearest rows seen so far.

/// Keeps the `k` smallest (reduced distance, row) pairs; of equal distances the lower row.
///
/// Few are kept sorted, by insertion. Many are collected to twice their number and then halved by
/// selection, so that one offer stays constant time on average.
pub(super) struct Closest {
    k: usize,
    found: Vec<(f64, u32)>,
    worst: f64,
}

/// Up to so many are kept sorted.
const FEW: usize = 24;

impl Closest {
    pub fn new(k: usize) -> Self {
        Closest {
            k,
            found: Vec::with_capacity(if k <= FEW { k } else { 2 * k.min(1 << 16) }),
            worst: if k == 0 { -1.0 } else { f64::INFINITY },
        }
    }

    /// Starts anew, for rows within this distance alone: infinity, or what is known to hold `k`.
    pub fn clear(&mut self, within: f64) {
        self.found.clear();
        self.worst = if self.k == 0 { -1.0 } else { within };
    }

    /// What is farther than this cannot get in; what is as far may, by its row number.
    #[inline(always)]
    pub fn worst(&self) -> f64 {
        self.worst
    }

    #[inline(always)]
    pub fn offer(&mut self, distance: f64, row: u32) {
        if distance > self.worst {
            return;
        }
        if self.k <= FEW {
            self.insert(distance, row);
        } else {
            self.collect(distance, row);
        }
    }

    #[inline]
    fn insert(&mut self, distance: f64, row: u32) {
        if self.found.len() == self.k {
            // `worst` says that the distance is no larger: a tie goes by the row.
            let (last, last_row) = self.found[self.k - 1];
            if distance == last && row > last_row {
                return;
            }
        } else {
            self.found.push((distance, row));
        }
        let mut at = self.found.len() - 1;
        while at > 0 {
            let before = self.found[at - 1];
            if before.0 < distance || (before.0 == distance && before.1 < row) {
                break;
            }
            self.found[at] = before;
            at -= 1;
        }
        self.found[at] = (distance, row);
        if self.found.len() == self.k {
            self.worst = self.found[self.k - 1].0;
        }
    }

    fn collect(&mut self, distance: f64, row: u32) {
        self.found.push((distance, row));
        if self.found.len() >= 2 * self.k {
            self.halve();
        } else if self.found.len() == self.k {
            self.worst = self.found.iter().fold(0.0, |far, f| f.0.max(far));
        }
    }

    fn halve(&mut self) {
        let (_, last, _) = self.found.select_nth_unstable_by(self.k - 1, in_order);
        self.worst = last.0;
        self.found.truncate(self.k);
    }

    /// How many are in hand, of which `k` will be kept.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The pairs, nearest first.
    pub fn sorted(&mut self) -> &[(f64, u32)] {
        if self.k > FEW {
            if self.found.len() > self.k {
                self.halve();
            }
            self.found.sort_unstable_by(in_order);
        }
        &self.found
    }
}

fn in_order(a: &(f64, u32), b: &(f64, u32)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    #[test]
    fn keeps_what_sorting_would_keep() {
        let mut random = Random::new(3);
        for k in [0, 1, 2, 7, FEW, FEW + 1, 60, 200, 1000] {
            let pairs: Vec<(f64, u32)> = (0..500)
                .map(|row| (random.below(40) as f64, (row * 7) % 500))
                .collect();
            let mut closest = Closest::new(k);
            for _ in 0..2 {
                closest.clear(f64::INFINITY);
                for &(distance, row) in &pairs {
                    closest.offer(distance, row);
                }
                let mut all = pairs.clone();
                all.sort_by(in_order);
                all.truncate(k);
                assert_eq!(closest.sorted(), all, "k = {k}");
            }
        }
    }
}
