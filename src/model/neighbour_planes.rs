//! The nearest rows of every point of a plane, kept: turning k finds them again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::neighbour_search::{is_worth_projecting, projected};
use super::{Context, Grid, Samples};
use crate::base::{Cancel, Hash128, Hasher128, Outcome};
use crate::numeric::{Matrix, Metric, Neighbours};

/// Up to so many neighbours are kept a point: 40 MB of a surface of 40,000 points.
const MOST_KEPT: usize = 256;
/// Once a second k is asked for of a plane, others will be.
const LEAST_KEPT: usize = 32;
/// What all planes take together; a surface is kept in parts, one a thread.
const KEPT_BYTES: usize = 64 << 20;

/// The nearest rows of each point, nearest first.
struct Nearest {
    k: usize,
    rows: Vec<u32>,
}

/// The planes that were drawn last, newest last.
#[derive(Default)]
struct Store {
    planes: Mutex<Vec<(Hash128, Arc<Nearest>)>>,
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, Vec<(Hash128, Arc<Nearest>)>> {
        self.planes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gets the number of a query and its nearest rows as (reduced distance, row).
type Each<'a> = &'a mut dyn FnMut(usize, &[(f64, u32)]);

/// Planes over some rows, searched by some metric.
#[derive(Clone)]
pub(super) struct Planes {
    store: Arc<Store>,
    of: Hash128,
    x: Matrix,
}

impl Planes {
    pub(super) fn over(samples: &Samples, metric: Metric, context: &Context) -> Outcome<Self> {
        // One store for all: its bytes are bounded once.
        let store = context.reuse.get_or_make(
            Hash128(0),
            "planes of neighbours",
            0,
            |_: &Store| KEPT_BYTES,
            || Ok(Store::default()),
        )?;
        let mut of = Hasher128::new();
        of.hash(samples.key);
        metric.hash_into(&mut of);
        Ok(Planes {
            store,
            of: of.finish(),
            x: samples.x.clone(),
        })
    }

    /// The `k` nearest rows of every point, nearest first, without their distances, which come as 0.
    pub(super) fn rows(
        &self,
        neighbours: &Neighbours,
        grid: &Grid,
        k: usize,
        cancel: &Cancel,
        each: Each<'_>,
    ) -> Outcome<()> {
        let k = k.min(neighbours.rows());
        if k > MOST_KEPT || k == 0 {
            return self.search(neighbours, grid, k, cancel, each);
        }
        let nearest = self.nearest(neighbours, grid, k, cancel)?;
        let mut near = Vec::with_capacity(k);
        for (point, rows) in nearest.rows.chunks_exact(nearest.k).enumerate() {
            if point % 1024 == 0 {
                cancel.check()?;
            }
            near.clear();
            near.extend(rows[..k].iter().map(|&row| (0.0, row)));
            each(point, &near);
        }
        Ok(())
    }

    /// As `rows`, with distances; nothing is kept.
    pub(super) fn search(
        &self,
        neighbours: &Neighbours,
        grid: &Grid,
        k: usize,
        cancel: &Cancel,
        each: Each<'_>,
    ) -> Outcome<()> {
        // A plane of directions is no plane of rows of length 1.
        if neighbours.metric() != Metric::Cosine && is_worth_projecting(grid, k) {
            let (near, points) = projected(&self.x, neighbours.metric(), grid, cancel)?;
            return near.search(points.values(), k, cancel, each);
        }
        for (first, points) in grid.parts() {
            neighbours.search(points.values(), k, cancel, &mut |point, near| {
                each(first + point, near);
            })?;
        }
        Ok(())
    }

    /// At least `k` neighbours of every point.
    fn nearest(
        &self,
        neighbours: &Neighbours,
        grid: &Grid,
        k: usize,
        cancel: &Cancel,
    ) -> Outcome<Arc<Nearest>> {
        let name = self.name(grid);
        let known = {
            let planes = self.store.lock();
            planes.iter().find(|(n, _)| *n == name).cloned()
        };
        let wanted = match known {
            Some((_, nearest)) if nearest.k >= k => return Ok(nearest),
            Some(_) => (2 * k).clamp(LEAST_KEPT, MOST_KEPT),
            None => k,
        };
        let wanted = wanted.min(neighbours.rows());
        let mut rows = Vec::with_capacity(grid.len() * wanted);
        self.search(neighbours, grid, wanted, cancel, &mut |_, near| {
            rows.extend(near.iter().map(|(_, row)| *row));
        })?;
        let nearest = Arc::new(Nearest { k: wanted, rows });
        let mut planes = self.store.lock();
        planes.retain(|(n, _)| *n != name);
        planes.push((name, nearest.clone()));
        let bytes = |(_, n): &(Hash128, Arc<Nearest>)| 4 * n.rows.len();
        while planes.len() > 1 && planes.iter().map(bytes).sum::<usize>() > KEPT_BYTES {
            planes.remove(0);
        }
        Ok(nearest)
    }

    fn name(&self, grid: &Grid) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher
            .hash(self.of)
            .word(grid.x_column as u64)
            .word(grid.y_column.map_or(u64::MAX, |y| y as u64));
        for values in [&grid.base, &grid.x_values, &grid.y_values] {
            hasher.word(values.len() as u64);
            for value in values {
                hasher.number(*value);
            }
        }
        hasher.finish()
    }
}

impl std::fmt::Debug for Planes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Planes over {} rows", self.x.rows())
    }
}
