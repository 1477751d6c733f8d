//! Textures of the models' pictures: surfaces, small multiples, densities. Painted on workers,
//! uploaded here when they arrive.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureOptions};

use super::scene::Scene;
use crate::base::Hasher128;
use crate::model::Task;
use crate::project::ModelId;
use crate::train::Surface;
use crate::view::plane::{
    Boundary, Palette, PlaneTexture, SurfaceGrid, SurfaceKind, boundary, surface,
};
use crate::widget::picture::textures;

/// What the painter makes of a surface on the worker.
pub struct Painted {
    pub image: ColorImage,
    pub boundary: Boundary,
    pub grid: SurfaceGrid,
    /// The same without what belongs to no cluster: there the ground shows.
    pub ground: SurfaceGrid,
    /// On one feature: the fitted curve, in the units of the axes.
    pub curve: Arc<[Vec<[f64; 2]>]>,
}

/// A card's surface on the screen.
pub struct Drawn {
    pub plane: PlaneTexture,
    pub painted: Arc<Painted>,
    pub surface: Arc<Surface>,
}

#[derive(Default)]
pub struct Pictures {
    drawn: HashMap<ModelId, Drawn>,
    small: HashMap<(ModelId, [usize; 2]), (u64, TextureHandle)>,
    pub density: Option<(u64, PlaneTexture)>,
}

/// The function that turns surfaces into images with these colours.
pub fn painter(palette: Arc<Palette>, task: Task) -> crate::train::Painter {
    Arc::new(move |surface: &Surface| -> Arc<dyn Any + Send + Sync> {
        let kind = match task {
            Task::Regression => SurfaceKind::Numbers,
            _ => SurfaceKind::Classes,
        };
        let ranges = [surface.x_range, surface.y_range];
        // Over one feature all rows of pixels are alike: bands.
        let bands = surface.rows == 1 && kind == SurfaceKind::Classes;
        let values: Arc<[f32]> = match bands {
            true => surface.values.repeat(2).into(),
            false => surface.values.clone(),
        };
        let rows = surface.rows + usize::from(bands);
        let grid = SurfaceGrid::new(
            kind,
            [surface.columns, rows],
            ranges,
            surface.outputs,
            values,
        );
        // A grid that does not fill its size has nothing to show.
        let grid = grid.unwrap_or(SurfaceGrid {
            kind: SurfaceKind::Numbers,
            columns: 1,
            rows: 1,
            x: ranges[0],
            y: ranges[1],
            outputs: 1,
            values: Arc::new([f32::NAN]),
        });
        let mut curve = Vec::new();
        if surface.rows == 1 && kind == SurfaceKind::Numbers {
            let at = |i: usize| [grid.x_at(i), f64::from(grid.values[i])];
            curve = (0..grid.columns)
                .map(at)
                .filter(|p| p[1].is_finite())
                .collect();
        }
        let mut boundary = boundary::trace(&grid, &palette.groups);
        if bands && grid.outputs == 2 {
            let second = (0..grid.columns)
                .map(|i| [grid.x_at(i), f64::from(grid.values[2 * i + 1])])
                .filter(|point| point[1].is_finite());
            boundary.lines = boundary
                .lines
                .iter()
                .cloned()
                .chain([second.collect()])
                .collect();
        }
        let mut ground = grid.clone();
        if let Some(noise) = surface.fitted.model.noise()
            && grid.outputs > noise
        {
            let mut values = grid.values.to_vec();
            let cells = values.chunks_exact_mut(grid.outputs);
            cells.for_each(|cell| cell[noise] = 0.0);
            ground.values = values.into();
        }
        Arc::new(Painted {
            image: surface::paint(&ground, &palette),
            ground,
            boundary,
            curve: Arc::new([curve]),
            grid,
        })
    })
}

impl Pictures {
    pub fn drawn(&self, id: ModelId) -> Option<&Drawn> {
        self.drawn.get(&id)
    }

    /// Puts a surface into the card's texture, if it is not there yet.
    pub fn show(&mut self, ctx: &Context, id: ModelId, surface: &Arc<Surface>) {
        let known = self
            .drawn
            .get(&id)
            .is_some_and(|d| Arc::ptr_eq(&d.surface, surface));
        let Some(painted) = surface.painted.clone().filter(|_| !known) else {
            return;
        };
        let Ok(painted) = painted.downcast::<Painted>() else {
            return;
        };
        let options = TextureOptions::LINEAR;
        let texture = match self.drawn.remove(&id) {
            Some(mut old) => {
                textures::set(ctx, &mut old.plane.texture, painted.image.clone(), options);
                old.plane.texture
            }
            None => textures::load(
                ctx,
                format!("surface-{}", id.0),
                painted.image.clone(),
                options,
            ),
        };
        let plane = PlaneTexture {
            texture,
            x: surface.x_range,
            y: surface.y_range,
        };
        self.drawn.insert(
            id,
            Drawn {
                plane,
                painted,
                surface: surface.clone(),
            },
        );
    }

    /// Drops the pictures of cards that are gone.
    pub fn retain(&mut self, ids: &[ModelId]) {
        self.drawn.retain(|id, _| ids.contains(id));
        self.small.retain(|(id, _), _| ids.contains(id));
    }

    pub fn forget_all(&mut self) {
        self.drawn.clear();
        self.small.clear();
        self.density = None;
    }

    /// The small multiple of a card at a size, in pixels, whatever it is of.
    pub fn small(&self, id: ModelId, size: [usize; 2]) -> Option<&TextureHandle> {
        self.small.get(&(id, size)).map(|(_, texture)| texture)
    }

    /// The small multiple at this size, or at another until it has come.
    pub fn small_or_other(&self, id: ModelId, size: [usize; 2]) -> Option<&TextureHandle> {
        let others = || self.small.iter().filter(|((of, _), _)| *of == id);
        let nearest = || others().min_by_key(|((_, s), _)| (s[0].abs_diff(size[0]), s[1]));
        let other = || nearest().map(|(_, (_, texture))| texture);
        self.small(id, size).or_else(other)
    }

    /// Drops the card's small multiples of sizes that the screen no longer has.
    pub fn keep_sizes(&mut self, id: ModelId, sizes: &[[usize; 2]]) {
        self.small
            .retain(|(of, size), _| *of != id || sizes.contains(size));
    }

    /// The name of what the small multiple shows.
    pub fn small_name(&self, id: ModelId, size: [usize; 2]) -> Option<u64> {
        self.small.get(&(id, size)).map(|(name, _)| *name)
    }

    pub fn set_small(
        &mut self,
        ctx: &Context,
        id: ModelId,
        size: [usize; 2],
        name: u64,
        image: ColorImage,
    ) {
        let options = TextureOptions::LINEAR;
        match self.small.get_mut(&(id, size)) {
            Some((known, texture)) => {
                textures::set(ctx, texture, image, options);
                *known = name;
            }
            None => {
                let texture = textures::load(ctx, format!("small-{}", id.0), image, options);
                self.small.insert((id, size), (name, texture));
            }
        }
    }

    pub fn set_density(
        &mut self,
        ctx: &Context,
        name: u64,
        image: ColorImage,
        ranges: [[f64; 2]; 2],
    ) {
        let options = TextureOptions::LINEAR;
        let texture = match self.density.take() {
            Some((_, mut old)) => {
                textures::set(ctx, &mut old.texture, image, options);
                old.texture
            }
            None => textures::load(ctx, "density", image, options),
        };
        let plane = PlaneTexture {
            texture,
            x: ranges[0],
            y: ranges[1],
        };
        self.density = Some((name, plane));
    }
}

/// Small multiples that have come and wait for a frame: of each card and size the newest.
#[derive(Default)]
pub struct Come(VecDeque<((ModelId, [usize; 2]), u64, ColorImage)>);

impl Come {
    /// In the place of the one that it is newer than, or behind all others.
    pub fn put(&mut self, of: (ModelId, [usize; 2]), name: u64, image: ColorImage) {
        match self.0.iter_mut().find(|(other, ..)| *other == of) {
            Some(old) => *old = (of, name, image),
            None => self.0.push_back((of, name, image)),
        }
    }

    /// The one that has waited longest.
    pub fn take(&mut self) -> Option<((ModelId, [usize; 2]), u64, ColorImage)> {
        self.0.pop_front()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Names a small multiple: surface, scene, theme.
pub fn small_name(
    surface: Option<&Arc<Surface>>,
    scene: &Arc<Scene>,
    clusters: Option<&[u32]>,
    dark: bool,
) -> u64 {
    let mut name = Hasher128::new();
    // Of very many rows some tell one clustering from another.
    let clusters = clusters.unwrap_or_default();
    for &cluster in clusters
        .iter()
        .step_by(clusters.len().div_ceil(4096).max(1))
    {
        name.word(u64::from(cluster));
    }
    name.word(surface.map_or(0, |s| s.number))
        .hash(scene.key)
        .word(u64::from(dark));
    name.finish().0 as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_card_and_size_only_the_newest_small_picture_waits() {
        let (card, other) = ((ModelId(1), [9, 9]), (ModelId(2), [9, 9]));
        let image = ColorImage::default;
        let mut come = Come::default();
        come.put(card, 1, image());
        come.put(other, 2, image());
        for name in 3..99 {
            come.put(card, name, image());
        }
        let mut left = std::iter::from_fn(|| come.take().map(|(of, name, _)| (of, name)));
        assert_eq!(
            (left.next(), left.next()),
            (Some((card, 98)), Some((other, 2)))
        );
        assert_eq!(left.next(), None);
        assert!(come.is_empty());
    }
}
