//! Theme, parameter editor, table and plot helpers: the parts that pictures and panels are made of.

pub mod theme;
