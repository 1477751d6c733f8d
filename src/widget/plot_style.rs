//! How egui_plot is set for Seefit: tick labels, a faint grid, steps of 1, 2 and 5.
use super::tokens::Tokens;
use eframe::egui::{self, FontFamily, FontId, Ui};

/// About `count` grid lines, 1, 2 or 5 times a power of ten apart (egui_plot's own are powers of ten).
pub fn steps(input: egui_plot::GridInput, count: f64) -> Vec<egui_plot::GridMark> {
    let (low, high) = input.bounds;
    let raw = (high - low) / count;
    if !raw.is_finite() || raw <= 0.0 {
        return Vec::new();
    }
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|s| *s >= raw)
        .unwrap_or(raw);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last)
        .map(|i| egui_plot::GridMark {
            value: i as f64 * step,
            step_size: step,
        })
        .collect()
}

/// Plots: 11 pt tick labels in the weak colour and a faint grid. The legend is ours:
/// egui_plot's shows discs instead of marker shapes.
pub fn plot_scope<R>(
    ui: &mut Ui,
    t: &Tokens,
    scale: f32,
    add: impl FnOnce(&mut Ui, egui_plot::Plot<'static>) -> R,
) -> R {
    ui.scope(|ui| {
        let ticks = |axis: egui_plot::AxisHints<'static>| {
            vec![
                axis.tick_label_font(FontId::new(11.0 * scale, FontFamily::Proportional))
                    .tick_label_color(t.weak),
            ]
        };
        ui.visuals_mut().widgets.noninteractive.bg_stroke.color = t.control.gamma_multiply(0.55);
        let plot = egui_plot::Plot::new("picture")
            .custom_x_axes(ticks(egui_plot::AxisHints::new_x()))
            .custom_y_axes(ticks(egui_plot::AxisHints::new_y()))
            .grid_color(t.text.gamma_multiply(0.1))
            .grid_spacing(egui::Rangef::new(8.0, 40.0))
            .x_grid_spacer(|input| steps(input, 7.0))
            .y_grid_spacer(|input| steps(input, 5.0));
        add(ui, plot)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_lines_are_one_two_or_five_apart() {
        let marks = |low, high, count| {
            let input = egui_plot::GridInput {
                bounds: (low, high),
                base_step_size: 1.0,
            };
            steps(input, count)
                .iter()
                .map(|m| m.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            marks(0.0, 1.0, 5.0),
            [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
        );
        assert_eq!(marks(31.0, 61.0, 5.0), [40.0, 50.0, 60.0]);
        assert!(marks(1.0, 1.0, 5.0).is_empty());
        assert!(marks(0.0, f64::INFINITY, 5.0).is_empty());
    }
}
