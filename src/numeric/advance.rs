//! What one step of an iterating fit tells.

/// Whether another step would help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// There is more to do.
    More,
    /// The fit has met its tolerance.
    Converged,
    /// The last allowed step was taken before the tolerance was met.
    Exhausted,
}

impl Advance {
    pub fn is_done(self) -> bool {
        self != Advance::More
    }
}
