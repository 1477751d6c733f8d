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
use crate::project::ModelEntry;
use crate::train::{Fitted, rows_on_plane};
use crate::view::network::{Layer, MOST_UNITS, NetworkPicture, Unit, network, signs};
use crate::view::parts::colour;
use crate::widget::picture::textures;

/// Points of a unit's picture along each side.
const SIDE: usize = 40;

#[derive(Default)]
pub struct NetworkMemory {
    asked: Option<(Arc<dyn Model>, Hash128, bool)>,
    made: Option<NetworkMade>,
    /// Of the layers after the inputs, unit by unit.
    textures: Vec<Vec<TextureHandle>>,
}

pub struct NetworkMade {
    images: Vec<Vec<ColorImage>>,
}

impl NetworkMemory {
    pub fn take(&mut self, made: NetworkMade) {
        self.made = Some(made);
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
    let words = "The network: wide lines weigh much; blue for, orange against";
    head(ui, frame, model, words, size.x);
    follow(frame, memory, fitted);
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
                    picture: layer
                        .checked_sub(1)
                        .and_then(|l| Some(state.textures.get(l)?.get(unit)?.id())),
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

fn follow(frame: &Frame<'_>, memory: &mut Memory, fitted: &Fitted) {
    let Some(plane) = frame.desk.plane().cloned() else {
        return;
    };
    let dark = frame.tokens.plot.r() < 128;
    let state = &mut memory.evaluate.network;
    let name = plane.name();
    let same = |(model, of, shade): &(Arc<dyn Model>, Hash128, bool)| {
        Arc::ptr_eq(model, &fitted.model) && (*of, *shade) == (name, dark)
    };
    if state.asked.as_ref().is_some_and(same) {
        return;
    }
    state.asked = Some((fitted.model.clone(), name, dark));
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
                            let said = network.activations(rows.values());
                            let units = network.sizes[1..].iter();
                            said.iter()
                                .zip(units)
                                .map(|(said, &units)| pictures(said, units, signs(t), t.plot))
                                .collect()
                        },
                    )
                }
                None => Vec::new(),
            };
            TabMade::Evaluate(EvaluateMade::Network(NetworkMade { images }))
        }),
    });
}

/// The picture of each shown unit: as blue as it says much, as orange as it says less than nothing.
fn pictures(said: &[f64], units: usize, signs: [Color32; 2], ground: Color32) -> Vec<ColorImage> {
    let height = said.len() / units.max(1) / SIDE;
    let one = |unit: usize| {
        let values = said.iter().skip(unit).step_by(units);
        let largest = values.clone().fold(1e-9_f64, |most, v| most.max(v.abs()));
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
        let all = pictures(&said, 2, colours, Color32::WHITE);
        assert_eq!(all[0].size, [SIDE, 2]);
        assert_eq!(all[0].pixels[0], Color32::BLUE, "the upper row comes first");
        assert_eq!(all[0].pixels[SIDE], Color32::WHITE);
        assert!(all[1].pixels.iter().all(|p| *p == Color32::RED));
    }
}
