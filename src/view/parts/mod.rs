//! What several pictures share: class markers, model badges, axes, numbers as text, colour ramps.

pub mod axis;
pub mod badge;
pub mod colour;
pub mod icon;
pub mod labels;
pub mod marker;
pub mod number;
pub mod plot;
pub mod segmented;
pub mod text;
