//! Rows of a kernel matrix, in single precision, the least recently used forgotten first.

use super::kernel::{Kernel, Panels};
use crate::base::{Cancel, Outcome};

const NOWHERE: u32 = u32::MAX;

pub(super) struct RowCache {
    /// Where each row of the kernel matrix is kept.
    place: Vec<u32>,
    owner: Vec<u32>,
    used: Vec<u64>,
    kept: Vec<Vec<f32>>,
    most: usize,
    clock: u64,
    query: Vec<f64>,
    exact: Vec<f64>,
}

impl RowCache {
    /// Room for at least two rows of so many numbers.
    pub fn new(rows: usize, bytes: usize) -> RowCache {
        RowCache {
            place: vec![NOWHERE; rows],
            owner: Vec::new(),
            used: Vec::new(),
            kept: Vec::new(),
            most: (bytes / (4 * rows.max(1))).max(2),
            clock: 0,
            query: Vec::new(),
            exact: Vec::new(),
        }
    }

    /// Where the kernels of row `at` with all rows are; the place of the last asked for stays too.
    pub fn get(
        &mut self,
        rows: &Panels,
        kernel: Kernel,
        at: usize,
        cancel: &Cancel,
    ) -> Outcome<usize> {
        self.clock += 1;
        let place = self.place[at];
        if place != NOWHERE {
            self.used[place as usize] = self.clock;
            return Ok(place as usize);
        }
        rows.row(at, &mut self.query);
        self.exact.resize(rows.rows(), 0.0);
        rows.kernels_of_all(kernel, &self.query, &mut self.exact, cancel)?;
        let place = if self.kept.len() < self.most {
            self.kept.push(Vec::with_capacity(rows.rows()));
            self.owner.push(at as u32);
            self.used.push(self.clock);
            self.kept.len() - 1
        } else {
            let oldest = self.used.iter().enumerate().min_by_key(|(_, used)| **used);
            let oldest = oldest.map_or(0, |(place, _)| place);
            self.place[self.owner[oldest] as usize] = NOWHERE;
            self.owner[oldest] = at as u32;
            self.used[oldest] = self.clock;
            oldest
        };
        self.place[at] = place as u32;
        let kept = &mut self.kept[place];
        kept.clear();
        kept.extend(self.exact.iter().map(|value| *value as f32));
        Ok(place)
    }

    #[inline]
    pub fn row(&self, place: usize) -> &[f32] {
        &self.kept[place]
    }
}
