//! 6 VIEW: one picture a file: a function of plain data that draws and answers what the person did.

pub mod answers;
pub mod compare;
pub mod confusion;
pub mod curves;
pub mod data_table;
pub mod dendrogram;
pub mod explore;
pub mod histogram;
pub mod importance;
pub mod lines;
pub mod log;
pub mod network;
pub mod parts;
pub mod plane;
pub mod projector;
pub mod regression;
pub mod scrubber;
pub mod small_table;
#[cfg(test)]
mod test_picture;
pub mod tree;
