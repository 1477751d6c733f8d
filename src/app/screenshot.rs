//! The window drawn on the CPU: no display, no GPU; the same `Window`, driven frame by frame.

use std::time::{Duration, Instant};

use eframe::egui::{self, Context, Event, RawInput, Rect, pos2, vec2};

use super::act::{Act, Page, Scrub, Tab, ThemeChoice};
use super::settings::Settings;
use super::window::{Options, Window};
use crate::base::Problem;
use crate::cli::arguments::{self, ScreenshotArgs};
use crate::model::{Params, Task, algorithm};
use crate::prepare::Role;
use crate::project::Command;
use crate::widget::cpu_renderer::{self, CpuRenderer};

/// A window without a screen.
pub struct Headless {
    pub context: Context,
    pub window: Window,
    renderer: CpuRenderer,
    size: [u32; 2],
    begun: Instant,
    input: Vec<Event>,
}

impl Headless {
    /// `size` in points, one pixel each.
    pub fn new(options: Options, size: [u32; 2]) -> Self {
        let context = Context::default();
        context.set_pixels_per_point(1.0);
        let window = Window::new(&context, options);
        Headless {
            context,
            window,
            renderer: CpuRenderer::new(),
            size,
            begun: Instant::now(),
            input: Vec::new(),
        }
    }

    /// Input for the next frame.
    pub fn push(&mut self, event: Event) {
        self.input.push(event);
    }

    /// One frame: logic, ui, textures; gives what would be painted.
    pub fn frame(&mut self) -> egui::FullOutput {
        let zoom = self.context.zoom_factor();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(
                pos2(0.0, 0.0),
                vec2(self.size[0] as f32, self.size[1] as f32) / zoom,
            )),
            time: Some(self.begun.elapsed().as_secs_f64()),
            events: std::mem::take(&mut self.input),
            focused: true,
            ..RawInput::default()
        };
        let window = &mut self.window;
        let mut output = self.context.run_ui(input, |ui| {
            window.logic(&ui.ctx().clone());
            window.ui(ui);
        });
        self.renderer.update_textures(&mut output.textures_delta);
        output
    }

    /// Frames until what the window starts with has been read, or until the time is over.
    pub fn wait_for_data(&mut self, longest: Duration) {
        let until = Instant::now() + longest;
        while self.window.loading().is_some() && Instant::now() < until {
            self.frame();
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Frames until everything is fitted and drawn, or until the time is over. True where settled.
    pub fn settle(&mut self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut quiet = 0;
        while Instant::now() < until {
            self.frame();
            quiet = if self.window.is_settled() {
                quiet + 1
            } else {
                0
            };
            if quiet > 4 {
                return true;
            }
            std::thread::sleep(Duration::from_millis(8));
        }
        false
    }

    /// Frames until the curves over parameters are there, or until the time is over.
    fn wait_for_curves(&mut self, longest: Duration) {
        let until = Instant::now() + longest;
        while !self.window.desk.has_curves() && Instant::now() < until {
            self.frame();
            std::thread::sleep(Duration::from_millis(8));
        }
        self.frame();
    }

    /// Draws one more frame on the CPU.
    pub fn picture(&mut self) -> egui::ColorImage {
        let output = self.frame();
        let primitives = self
            .context
            .tessellate(output.shapes, output.pixels_per_point);
        let size = [self.size[0] as usize, self.size[1] as usize];
        let background = crate::widget::tokens::Tokens::of_ctx(&self.context).panel;
        self.renderer
            .render(&primitives, size, output.pixels_per_point, background)
    }
}

/// Carries out `seefit screenshot`; gives the exit code.
pub fn screenshot(args: ScreenshotArgs) -> i32 {
    match draw(&args) {
        Ok(warnings) => {
            for warning in warnings {
                eprintln!("{warning}");
            }
            0
        }
        Err(problem) => crate::cli::fail(&problem, crate::cli::WRONG),
    }
}

fn draw(args: &ScreenshotArgs) -> Result<Vec<String>, Problem> {
    let data = args.data.clone().unwrap_or_else(|| "penguins".to_owned());
    let theme = match args.theme {
        Some(arguments::Theme::Dark) => ThemeChoice::Dark,
        _ => ThemeChoice::Light,
    };
    let settings = Settings {
        theme,
        projector_dark: args.theme == Some(arguments::Theme::Dark),
        data: data.clone(),
        ..Settings::default()
    };
    let options = Options {
        data: Some(data),
        settings,
        still: true,
        ..Options::default()
    };
    let mut headless = Headless::new(options, [args.size.0, args.size.1]);
    let longest = Duration::from_secs_f64(args.wait_seconds.clamp(0.1, 3600.0));
    headless.wait_for_data(longest);
    if let Some((_, problem)) = headless.window.problem.take() {
        return Err(problem);
    }
    if let Some(super::keeping::Question::Data { data, .. }) = &headless.window.keeping.question {
        return Err(Problem::new("the project does not hold its data")
            .at(data.spec.clone())
            .fix("Open it in the window, agree to read them, and save it"));
    }
    let context = headless.context.clone();
    let window = &mut headless.window;
    if let Some(target) = &args.target {
        let table = &window.desk.project().table;
        let column = table.position(target).ok_or_else(|| {
            let names: Vec<&str> = table.columns().iter().map(|c| c.name.as_str()).collect();
            Problem::new(format!("{} has no column {target}", table.name()))
                .fix(format!("It has {}", names.join(", ")))
        })?;
        window.perform(
            &context,
            Act::Do(Command::SetRole {
                column,
                role: Role::Target,
            }),
        );
    }
    if !args.models.is_empty() {
        let mut params = Vec::new();
        for id in &args.models {
            let algorithm = algorithm(id).ok_or_else(|| {
                Problem::new(format!("there is no model {id}")).fix("seefit models lists them")
            })?;
            params.push(Params::defaults(algorithm));
        }
        let clusters = params
            .iter()
            .all(|p| p.algorithm().task == Task::Clustering);
        let target = window.desk.project().settings.roles.target();
        if let Some(column) = target.filter(|_| clusters && args.target.is_none()) {
            let role = Role::Ignored;
            window.perform(&context, Act::Do(Command::SetRole { column, role }));
        }
        let task = window.desk.project().task();
        let misfit = params
            .iter()
            .map(Params::algorithm)
            .find(|a| a.task != task);
        if let Some(other) = misfit {
            let what = format!(
                "{} is for {}, and this is {}",
                other.id,
                other.task.name(),
                task.name()
            );
            let fix = "Choose another target with --target, or models of one task";
            return Err(Problem::new(what).fix(fix));
        }
        window.desk.replace_models(params);
    }
    let tab = match args.tab {
        Some(arguments::Tab::Explore) => Tab::Explore,
        Some(arguments::Tab::Compare) => Tab::Compare,
        Some(arguments::Tab::Evaluate | arguments::Tab::Matters | arguments::Tab::WhatIf) => {
            Tab::Evaluate
        }
        Some(arguments::Tab::Table) => Tab::Table,
        Some(arguments::Tab::Log) => Tab::Log,
        Some(arguments::Tab::Model) => Tab::Model,
        // A project shows what it was saved with.
        None => window.look.tab,
    };
    window.perform(&context, Act::Tab(tab));
    window.look.page = match args.tab {
        Some(arguments::Tab::Matters) => Page::Matters,
        Some(arguments::Tab::WhatIf) => Page::WhatIf,
        _ => Page::Quality,
    };
    window.perform(&context, Act::Projector(args.projector));
    let mut warnings = Vec::new();
    let begun = Instant::now();
    if !headless.settle(longest) {
        let what = headless.window.waits_for().unwrap_or("nothing");
        warnings.push(format!(
            "After {} seconds the window still waited for {what}; the picture shows how far it was.",
            args.wait_seconds
        ));
    } else {
        headless.wait_for_curves(longest.saturating_sub(begun.elapsed()));
    }
    if let Some(step) = args.step {
        let planned = headless
            .window
            .desk
            .shown()
            .filter_map(|m| headless.window.desk.entry(m.id))
            .filter_map(|e| e.fitted())
            .map(|f| f.planned)
            .max()
            .unwrap_or(1);
        headless.window.perform(
            &context,
            Act::Scrub(Scrub::At(
                (step as f64 / planned.max(1) as f64).clamp(0.0, 1.0),
            )),
        );
        for _ in 0..60 {
            headless.frame();
            std::thread::sleep(Duration::from_millis(8));
        }
    }
    // Thumbnails of the strip come last: of those that may be in sight.
    for _ in 0..120 {
        headless.frame();
        let catalog = &headless.window.catalog;
        let first = catalog.current.unwrap_or(0).saturating_sub(8);
        let mut near = catalog.items.iter().skip(first).take(16);
        if near.all(|i| i.thumbnail.is_some()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(15));
    }
    let image = headless.picture();
    let rgba = cpu_renderer::to_rgba(&image);
    cpu_renderer::save_png(&args.out, image.size[0], image.size[1], &rgba)?;
    Ok(warnings)
}
