//! A window without a screen, frame by frame, each when it is asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use seefit::app::screenshot::Headless;
use seefit::app::settings::Settings;
use seefit::app::{Options, Window};
use seefit::base::Hash128;
use seefit::model::{Params, algorithm};
use seefit::project::ModelId;
use seefit::train::Surface;

/// Frames do not follow each other faster than this, as on a screen of 125 Hz.
const BETWEEN: Duration = Duration::from_millis(8);
/// Without a wish for one, there is a frame all the same: a person moves the pointer.
const AT_LEAST: Duration = Duration::from_millis(50);

pub struct Drive {
    headless: Headless,
    last: Instant,
    /// CPU time of this thread, a frame, in milliseconds: logic, ui, textures, tessellation.
    pub cpu_ms: Vec<f64>,
    /// From the start to the end of the first frame.
    pub first_frame_ms: f64,
    begun: Instant,
}

impl Drive {
    /// Opens DATA and draws the first frame.
    pub fn start(data: &str) -> Self {
        let begun = Instant::now();
        let settings = Settings {
            data: data.to_owned(),
            ..Settings::default()
        };
        let options = Options {
            data: Some(data.to_owned()),
            settings,
            begun,
            timings: None,
            still: true,
            journals: None,
        };
        let mut drive = Drive {
            headless: Headless::new(options, [1280, 800]),
            last: begun,
            cpu_ms: Vec::new(),
            first_frame_ms: 0.0,
            begun,
        };
        drive.frame();
        drive.first_frame_ms = drive.age_ms();
        drive
    }

    pub fn age_ms(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() * 1e3
    }

    pub fn window(&mut self) -> &mut Window {
        &mut self.headless.window
    }

    pub fn perform(&mut self, act: seefit::app::act::Act) {
        let context = self.headless.context.clone();
        self.headless.window.perform(&context, act);
    }

    /// These models are the cards from now on; the first is selected.
    pub fn models(&mut self, ids: &[&str]) -> ModelId {
        let params = ids.iter().filter_map(|id| algorithm(id));
        let params = params.map(Params::defaults).collect();
        self.window().desk.replace_models(params);
        self.selected()
    }

    pub fn selected(&mut self) -> ModelId {
        let selected = self.window().desk.project().selected();
        selected.map(|m| m.id).expect("a card is selected")
    }

    /// One frame at once.
    pub fn frame(&mut self) {
        self.last = Instant::now();
        let before = thread_ms();
        let output = self.headless.frame();
        let pixels_per_point = output.pixels_per_point;
        let primitives = self
            .headless
            .context
            .tessellate(output.shapes, pixels_per_point);
        self.cpu_ms.push(thread_ms() - before);
        drop(primitives);
    }

    /// The next frame, when it is due.
    pub fn next_frame(&mut self) {
        loop {
            let since = self.last.elapsed();
            let asked = self.headless.context.has_requested_repaint();
            if since >= AT_LEAST || asked && since >= BETWEEN {
                return self.frame();
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Frames until `there`; false where the time is over.
    pub fn until(&mut self, longest: Duration, there: impl Fn(&mut Drive) -> bool) -> bool {
        let end = Instant::now() + longest;
        while Instant::now() < end {
            self.next_frame();
            if there(self) {
                return true;
            }
        }
        false
    }

    /// The surface on the screen, where it is of the card's present setting.
    pub fn shown(&mut self, id: ModelId) -> Option<Arc<Surface>> {
        let window = self.window();
        let newest = window.desk.entry(id)?.surface.as_ref()?;
        let drawn = window.pictures.drawn(id)?;
        Arc::ptr_eq(&drawn.surface, newest).then(|| newest.clone())
    }

    /// Whether the surface on the screen is this job's.
    pub fn shows(&mut self, id: ModelId, key: Hash128) -> bool {
        let window = self.window();
        let on_screen = match (window.desk.key(id), window.desk.entry(id)) {
            (Some(present), Some(entry)) if entry.surface.is_some() => Some(present),
            _ => window.desk.stale_key(id),
        };
        let surface = window
            .desk
            .results
            .get(key)
            .and_then(|e| e.surface.as_ref());
        match (surface, window.pictures.drawn(id)) {
            (Some(surface), Some(drawn)) => {
                on_screen == Some(key) && Arc::ptr_eq(&drawn.surface, surface)
            }
            _ => false,
        }
    }
}

/// The full picture of a model that was fitted on all rows.
pub fn is_full(surface: &Surface) -> bool {
    surface.columns >= 200 && surface.fitted.is_exact()
}

/// CPU time of this thread in milliseconds; wall time where there is no such clock.
fn thread_ms() -> f64 {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
    }
    #[cfg(not(unix))]
    {
        use std::sync::OnceLock;
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
    }
}
