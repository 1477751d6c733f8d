//! The window: panels in flow order, actions, palette, dialogs, settings, screenshot.

pub mod act;
pub mod action;
pub mod catalog;
pub mod desk;
pub mod dialogs;
mod export;
mod focus;
pub mod frame;
mod help;
pub mod import;
pub mod keeping;
mod knobs;
mod made;
mod opening;
pub mod palette;
pub mod panel;
mod parts;
pub mod pictures;
pub mod projector;
mod questions;
mod save_table;
pub mod saving;
pub mod scene;
pub mod screenshot;
pub mod settings;
pub mod tab;
pub mod taking;
pub mod timings;
pub mod using;
mod verdict;
pub mod window;

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui;

pub use screenshot::screenshot;
pub use window::{Options, Window};

use crate::widget::lean::Lean;

/// Makes [`Window`] eframe's.
struct Shell {
    window: Window,
    /// On X11.
    x11_window: Option<u32>,
    frames: u32,
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        // While something is dragged from another program the pointer's moves are not told.
        if let Some(window) = self.x11_window
            && ctx.input(|i| !i.raw.dropped_files.is_empty())
        {
            let at = focus::pointer(window);
            self.window.dropped_at = at.map(|at| (at / ctx.pixels_per_point()).to_pos2());
        }
        self.window.logic(ctx);
        self.frames += 1;
        if self.frames == 3
            && let Some(window) = self.x11_window
        {
            focus::take_keyboard(window);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.window.ui(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.window.close();
    }
}

/// Each frame takes some megabytes and gives them back. glibc hands memory at the top of its heap back
/// to the system at once, so that every frame would fetch its pages anew (half of a frame's time with
/// OpenGL in software). It keeps up to twice the size of the largest mapped block that was ever freed:
/// see `M_MMAP_THRESHOLD` in mallopt(3). Elsewhere this does nothing.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(31 << 20)));
}

/// Opens the window and stays until it is closed; gives the exit code.
pub fn open_window(data: Option<String>, timings: Option<PathBuf>) -> i32 {
    let begun = Instant::now();
    keep_memory();
    let (settings, trouble) = settings::Settings::load();
    let size = settings.window;
    let viewport = egui::ViewportBuilder::default()
        .with_title("Seefit")
        .with_app_id("seefit")
        .with_inner_size(size)
        .with_min_inner_size([800.0, 560.0]);
    let native = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        // Noise over every pixel against banding: our pictures have none, and without a graphics card
        // it costs a fit its time.
        dithering: false,
        ..Default::default()
    };
    let options = Options {
        data,
        settings,
        begun,
        timings,
        journals: keeping::journals(),
        still: false,
    };
    let made = eframe::run_native(
        "seefit",
        native,
        Box::new(move |creation| {
            creation.egui_ctx.add_plugin(Lean::default());
            let mut window = Window::new(&creation.egui_ctx, options);
            if let Some(trouble) = trouble {
                window
                    .toasts
                    .push(0.0, crate::widget::toast::Tone::Info, trouble, None);
            }
            Ok(Box::new(Shell {
                window,
                x11_window: focus::x11_window(creation),
                frames: 0,
            }))
        }),
    );
    match made {
        Ok(()) => 0,
        Err(error) => {
            eprintln!(
                "The window could not be opened: {error}. The commands train, compare, describe, models and screenshot need none."
            );
            2
        }
    }
}
