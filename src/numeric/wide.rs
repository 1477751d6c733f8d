//! Loops compiled once more for the widest vector registers there are, chosen when the program runs: a plain
//! build for any x86-64 has two numbers a register, most processors have four or eight.
//!
//! The order of sums is the code's own, and no products are fused with sums: the numbers are the same to
//! the last bit with any registers.

use faer::traits::pulp::{Arch, Simd, WithSimd};

/// A loop over slices. `run` and all that it calls must be `#[inline(always)]`: what is not inlined keeps
/// the narrow registers, and so does a closure.
pub(super) trait Loop {
    type Output;

    fn run(self) -> Self::Output;
}

struct Dispatched<L>(L);

impl<L: Loop> WithSimd for Dispatched<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> L::Output {
        self.0.run()
    }
}

/// Runs the loop with this processor's registers. The choice costs about a nanosecond.
#[inline]
pub(super) fn wide<L: Loop>(work: L) -> L::Output {
    Arch::new().dispatch(Dispatched(work))
}
