//! The plane: two features, the rows as markers, and the model's answer as the ground they stand on.
//!
//! ```text
//!  worker threads (pure functions)                 window's thread
//!  SurfaceGrid -> surface::paint    -> image  --+
//!              -> boundary::trace   -> lines  --+->  PlanePicture::show -> PlaneResponse
//!  PointSet    -> density::paint    -> image  --+      axes, mesh cache, hover, box, legend
//!              -> small::paint      -> thumbnail or small multiple, whole
//! ```
//!
//! What grows with the rows (index, density, surface, boundary, small multiples) is computed off the
//! window's thread; a frame only draws textures and meshes that already stand.

pub mod axes;
pub mod axis;
pub mod boundary;
mod cache;
pub mod curve1d;
pub mod density;
mod layers;
pub mod legend;
pub mod markers;
mod marks;
pub mod nearest;
pub mod palette;
pub mod picture;
pub mod points;
mod raster;
pub mod small;
pub mod surface;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod ticks;
pub mod tooltip;
mod vector;
mod view_range;

pub use axes::Tool;
pub use axis::{Axis, AxisKind};
pub use boundary::Boundary;
pub use curve1d::{CurvePicture, CurveResponse};
pub use legend::{Legend, LegendEntry};
pub use markers::Marker;
pub use marks::{Arrow, Marks, Spokes};
pub use palette::Palette;
pub use picture::{BoxSelection, Pen, PlanePicture, PlaneResponse, PlaneTexture, STALE};
pub use points::{PointSet, RowSet, SINGLE_POINTS, Targets};
pub use small::{SmallPicture, paint_small};
pub use surface::{SurfaceGrid, SurfaceKind};
pub use tooltip::Tooltip;
pub use view_range::View;
