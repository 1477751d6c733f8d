//! What every other folder stands on: sentences for what is wrong, a flag that stops work,
//! seeded random numbers and stable hashes. Knows nothing of tables, models or windows.

mod cancel;
mod hash;
pub mod problem;
mod progress;
mod random;
mod sort;
mod spread;
mod write;

pub use cancel::{Cancel, Halt, units_a_look};
pub use hash::{Hash128, Hasher128};
pub use problem::Problem;
pub use progress::Progress;
pub use random::Random;
pub use sort::sort_by;
pub use spread::{so_many_of, some_of};
pub use write::{NewFile, Stamp, write_atomically};

/// What work that can be stopped returns.
pub type Outcome<T> = Result<T, Halt>;
