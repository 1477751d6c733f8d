//! Files as they come from colleagues, spreadsheets and databases: each is read to the table that was
//! written down for it, and none, however damaged, does harm.

#[path = "corpus/export.rs"]
mod export;
#[path = "corpus/extremes.rs"]
mod extremes;
#[path = "corpus/golden.rs"]
mod golden;
#[path = "corpus/hostile.rs"]
mod hostile;
#[path = "corpus/mutate.rs"]
mod mutate;
