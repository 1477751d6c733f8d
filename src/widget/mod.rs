//! Theme, parameter editor, table and plot helpers: the parts that pictures and panels are made of.
//!
//! Each takes plain data and gives back a plain action; none knows the project. A part whose file has no
//! state of its own keeps none between frames but what egui keeps: focus, open menus, text being typed.

pub mod badge;
pub mod button;
pub mod card_data;
pub mod chip;
pub mod choice;
pub mod column_row;
pub mod combo;
pub mod cpu_renderer;
pub mod data_row;
pub mod disclosure;
pub mod empty;
pub mod format;
pub mod icons;
pub mod knob;
pub mod lean;
pub mod marker;
pub mod model_card;
pub mod notice;
pub mod number_field;
pub mod parameter_row;
pub mod picture;
pub mod plot_style;
mod raster;
pub mod score_rows;
pub mod score_track;
pub mod slider;
pub mod sparkline;
pub mod text;
pub mod theme;
pub mod thumbnail;
pub mod toast;
pub mod tokens;
pub mod words;
