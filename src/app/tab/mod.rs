//! The centre's tabs: one question each.

pub mod compare;
pub mod errors;
pub mod evaluate;
pub mod explore;
pub mod log;
pub mod model;
pub mod table;

use eframe::egui::Context;

use super::panel::Memory;

/// Work that a tab wants done on a worker. The newest of a slot replaces one that still waits.
pub struct Wanted {
    pub slot: u64,
    pub priority: u8,
    pub make: Box<dyn FnOnce() -> TabMade + Send>,
}

/// The priority of what gets a thread of its own: the person waits for it, and the pictures' workers may
/// be long at work. Whoever asks for it again stops the former.
pub const OWN_THREAD: u8 = u8::MAX;

/// What comes back.
pub enum TabMade {
    Explore(explore::ExploreMade),
    Order(table::Order),
    Copied(table::Copied),
    Errors(errors::ErrorsMade),
    Evaluate(evaluate::EvaluateMade),
    Counts(model::Counted),
    FitRows(model::FitRows),
}

/// Puts what a worker made where its tab finds it.
pub fn take(memory: &mut Memory, ctx: &Context, made: TabMade) {
    match made {
        TabMade::Explore(made) => memory.explore.take(ctx, made),
        TabMade::Order(order) => memory.table.take(order),
        TabMade::Copied(copied) => memory.table.take_copied(ctx, copied),
        TabMade::Counts(counted) => memory.model.take(counted),
        TabMade::FitRows(rows) => memory.model.marks.take(rows),
        TabMade::Errors(made) => memory.model.errors.take(ctx, made),
        TabMade::Evaluate(made) => evaluate::take(memory, made),
    }
}

/// Each tab's slots.
mod slots {
    pub const ORDER: u64 = 0;
    pub const ERRORS: u64 = 1;
    pub const CLOUD: u64 = 2;
    pub const COUNTS: u64 = 4;
    pub const CLOUD_DENSITY: u64 = 3;
    pub const COPIED: u64 = 5;
    pub const FIT_ROWS: u64 = 6;
    pub const COMPONENTS: u64 = 7;
    /// Nine of the tab Evaluate.
    pub const EVALUATE: u64 = 16;
    /// One a column.
    pub const COLUMN: u64 = 1 << 20;
}
