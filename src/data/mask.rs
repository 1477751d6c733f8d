//! Which rows of a column have no value.

use std::sync::Arc;

/// Which rows have no value: one bit a row, or nothing at all where every row has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mask {
    bits: Option<Arc<[u64]>>,
    count: usize,
}

impl Mask {
    pub fn from_rows(missing: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut bits = vec![0u64; missing.len().div_ceil(64)];
        let mut count = 0;
        for (row, is_missing) in missing.enumerate() {
            if is_missing {
                bits[row / 64] |= 1 << (row % 64);
                count += 1;
            }
        }
        Mask {
            bits: (count > 0).then(|| bits.into()),
            count,
        }
    }

    #[inline]
    pub fn is_missing(&self, row: usize) -> bool {
        match &self.bits {
            Some(bits) => bits[row / 64] >> (row % 64) & 1 == 1,
            None => false,
        }
    }

    /// How many rows are missing.
    pub fn count(&self) -> usize {
        self.count
    }
}
