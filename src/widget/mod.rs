//! Theme, parameter editor, table and plot helpers: the parts that pictures and panels are made of.

pub mod icons;
pub mod plot_style;
pub mod theme;
pub mod tokens;
