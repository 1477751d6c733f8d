//! The network of a multi-layer perceptron: its weights as they are at the shown step, and what each
//! unit says over the plane of the tab Model.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage, TextureHandle, TextureOptions, Ui, Vec2};

use super::matters::head;
use super::{EvaluateMade, class_names, slot};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Hash128};
use crate::model::Model;
use crate::numeric::Network;
use crate::project::{ModelEntry, ModelId};
use crate::train::{Fitted, rows_on_plane};
use crate::view::network::{Layer, MOST_UNITS, NetworkPicture, Unit, network, signs};
use crate::view::parts::colour;
use crate::widget::picture::textures;

/// Points of a unit's picture along each side.
const SIDE: usize = 40;

#[derive(Default)]
pub struct NetworkMemory {
    /// The model at the step that was asked for last, and what else its pictures hang on.
    asked: Option<(Arc<dyn Model>, Key)>,
    made: Option<NetworkMade>,
    /// Of the layers after the inputs, unit by unit.
    textures: Vec<Vec<TextureHandle>>,
}

/// What pictures must be of to be shown: between steps of a training they may be a little late.
#[derive(Clone, PartialEq)]
struct Key {
    id: ModelId,
    /// Units of each layer.
    sizes: Vec<usize>,
    plane: Hash128,
    dark: bool,
}

pub struct NetworkMade {
    key: Key,
    images: Vec<Vec<ColorImage>>,
}

impl NetworkMemory {
    pub fn take(&mut self, made: NetworkMade) {
        if self.asked.as_ref().is_some_and(|(_, key)| *key == made.key) {
            self.made = Some(made);
        }
    }
}

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    fitted: &Fitted,
    found: &Network,
    size: Vec2,
) {
    let words =
        "The network: blue adds, orange subtracts; a square is what a unit says over the plane";
    head(ui, frame, model, words, size.x);
    follow(frame, memory, model.id, fitted, found);
    let state = &mut memory.evaluate.network;
    if let Some(made) = state.made.take() {
        let load = |(layer, images): (usize, Vec<ColorImage>)| {
            let each = images.into_iter().enumerate();
            each.map(|(unit, image)| {
                let name = format!("unit-{layer}-{unit}");
                textures::load(ui.ctx(), name, image, TextureOptions::LINEAR)
            })
            .collect()
        };
        state.textures = made.images.into_iter().enumerate().map(load).collect();
    }
    let names = |layer: usize, unit: usize| match layer {
        0 => fitted.recipe.outputs().get(unit).map(|o| o.name.clone()),
        last if last + 1 == found.sizes.len() => Some(match class_names(frame) {
            [] => frame
                .scene
                .and_then(|s| s.target.as_ref())
                .map_or_else(|| "prediction".to_owned(), |t| t.name().to_owned()),
            names => names.get(unit).cloned().unwrap_or_default(),
        }),
        _ => None,
    };
    let layers: Vec<Layer> = found
        .sizes
        .iter()
        .enumerate()
        .map(|(layer, &of)| Layer {
            units: (0..of.min(MOST_UNITS))
                .map(|unit| Unit {
                    name: names(layer, unit).unwrap_or_default(),
                    picture: (state.textures.get(layer))
                        .and_then(|units| Some(units.get(unit)?.id())),
                })
                .collect(),
            of,
        })
        .collect();
    let data = NetworkPicture {
        layers: &layers,
        weight: &|layer, from, to| found.weight(layer, from, to),
    };
    let rest = Vec2::new(size.x, ui.available_height().min(size.y - 24.0).max(80.0));
    network(ui, frame.tokens, &data, rest);
}

fn follow(frame: &Frame<'_>, memory: &mut Memory, id: ModelId, fitted: &Fitted, found: &Network) {
    let Some(plane) = frame.desk.plane().cloned() else {
        return;
    };
    let dark = frame.tokens.plot.r() < 128;
    let state = &mut memory.evaluate.network;
    let key = Key {
        id,
        sizes: found.sizes.clone(),
        plane: plane.name(),
        dark,
    };
    if let Some((model, asked)) = &state.asked {
        if Arc::ptr_eq(model, &fitted.model) && *asked == key {
            return;
        }
        if (asked.id, &asked.sizes) != (key.id, &key.sizes) {
            // Another network: its units have no pictures yet.
            state.textures.clear();
            state.made = None;
        }
    }
    state.asked = Some((fitted.model.clone(), key.clone()));
    let (fitted, t) = (fitted.clone(), frame.tokens);
    memory.wanted.push(Wanted {
        slot: slot::NETWORK,
        priority: 220,
        make: Box::new(move || {
            let images = match fitted.model.inside().network {
                Some(network) => {
                    let rows = rows_on_plane(&fitted.recipe, &plane, [SIDE, SIDE], &Cancel::new());
                    rows.map_or_else(
                        |_| Vec::new(),
                        |rows| {
                            let draw = |said: &[f64], units, least| {
                                pictures(said, units, least, signs(t), t.plot)
                            };
                            // Inputs are scaled: what is the same everywhere stays pale.
                            let inputs = draw(rows.values(), network.sizes[0], 1.0);
                            let said = network.activations(rows.values());
                            let units = said.iter().zip(&network.sizes[1..]);
                            let units = units.map(|(said, &units)| draw(said, units, 1e-9));
                            std::iter::once(inputs).chain(units).collect()
                        },
                    )
                }
                None => Vec::new(),
            };
            TabMade::Evaluate(EvaluateMade::Network(NetworkMade { key, images }))
        }),
    });
}

/// The picture of each shown unit: as blue as it says much, as orange as it says less than nothing.
/// Values up to `least` are pale.
fn pictures(
    said: &[f64],
    units: usize,
    least: f64,
    signs: [Color32; 2],
    ground: Color32,
) -> Vec<ColorImage> {
    let height = said.len() / units.max(1) / SIDE;
    let one = |unit: usize| {
        let values = said.iter().skip(unit).step_by(units);
        let largest = values.clone().fold(least, |most: f64, v| most.max(v.abs()));
        let shade = |value: &f64| {
            let share = (value / largest) as f32;
            let ink = if share < 0.0 { signs[1] } else { signs[0] };
            colour::mix(ground, ink, share.abs())
        };
        let points: Vec<Color32> = values.map(shade).collect();
        // The lowest y comes first; an image begins at its top.
        let rows = points.chunks(SIDE).rev().flatten().copied().collect();
        ColorImage::new([SIDE, height], rows)
    };
    (0..units.min(MOST_UNITS)).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_drawn_upright_in_the_colour_of_its_sign() {
        // Two units over a grid of 40 x 2: the first says y, the second always -1.
        let mut said = Vec::new();
        for y in 0..2 {
            for _ in 0..SIDE {
                said.extend([f64::from(y), -1.0]);
            }
        }
        let colours = [Color32::BLUE, Color32::RED];
        let all = pictures(&said, 2, 1e-9, colours, Color32::WHITE);
        assert_eq!(all[0].size, [SIDE, 2]);
        assert_eq!(all[0].pixels[0], Color32::BLUE, "the upper row comes first");
        assert_eq!(all[0].pixels[SIDE], Color32::WHITE);
        assert!(all[1].pixels.iter().all(|p| *p == Color32::RED));
    }
}
