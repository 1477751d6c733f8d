//! 6 VIEW: one picture a file, drawn from plain data.

pub mod plane;
