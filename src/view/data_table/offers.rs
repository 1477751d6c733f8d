//! What a table's owner offers beside the look: all of it may be left out.

use eframe::egui::{Rect, Ui};

use crate::widget::sparkline::Spark;

/// What is said of a column under its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub spark: Spark,
    /// "164 values".
    pub words: String,
    /// "0.6 % –", empty where none is missing.
    pub missing: String,
    pub tooltip: String,
}

/// Draws into a menu.
type Menu<'a> = &'a mut dyn FnMut(&mut Ui, usize);

#[derive(Default)]
pub struct Offers<'a> {
    /// By column; a column may have none.
    pub heads: Option<&'a dyn Fn(usize) -> Option<Head>>,
    /// The menu of a cell, by row and column.
    pub cell_menu: Option<&'a mut dyn FnMut(&mut Ui, u32, usize)>,
    /// What the funnel of a column's head opens, for columns that [`Self::filtered`] knows.
    pub filter_menu: Option<Menu<'a>>,
    /// Whether a column is filtered; None: it cannot be.
    pub filtered: Option<&'a dyn Fn(usize) -> Option<bool>>,
    /// Position and column of the cell that is being edited, and the field.
    pub editor: Option<(usize, usize, &'a mut dyn FnMut(&mut Ui, Rect))>,
    /// What is said where no row is left.
    pub empty: Option<&'a str>,
}
