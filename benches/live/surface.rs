//! A 200 x 200 surface of each fitted model, with idle workers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use seefit::app::pictures::painter;
use seefit::base::Cancel;
use seefit::data::{self, ReadOptions};
use seefit::model::{ALGORITHMS, Context, Params, Task};
use seefit::project::{Command, Project};
use seefit::train::{PlaneRequest, PreparedCache, run_to_end, surface};
use seefit::view::plane::Palette;
use seefit::widget::tokens::LIGHT;

use crate::drive::Drive;
use crate::report::{Report, quantile};

pub fn measure(wanted: impl Fn(&str) -> bool, report: &mut Report) {
    for task in [Task::Classification, Task::Regression, Task::Clustering] {
        let name = match task {
            Task::Regression => "friedman:n=1000",
            _ => "moons:n=1000",
        };
        let Some(plane) = plane(name) else {
            report.note(name, "no plane");
            continue;
        };
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        let algorithms = ALGORITHMS.iter().filter(|a| a.task == task);
        for algorithm in algorithms.filter(|a| wanted(a.id) && !a.is_dummy()) {
            let what = format!("surface of {}, 1000 rows", algorithm.id);
            let mut project = Project::new(plane.table.clone());
            if task == Task::Clustering
                && let Some(column) = project.settings.roles.target()
            {
                let role = seefit::prepare::Role::Ignored;
                let _ = Command::SetRole { column, role }.apply(&mut project);
            }
            let job = project.job(&Params::defaults(algorithm));
            let cancel = Cancel::new();
            let context = Context {
                seed: 42,
                threads,
                ..Context::default()
            };
            let fitted = run_to_end(job, &PreparedCache::default(), context, &cancel)
                .ok()
                .and_then(|report| report.fitted.clone());
            let Some(fitted) = fitted else {
                report.note(&what, "did not fit");
                continue;
            };
            let mut request = plane.clone();
            let painted = |request: &PlaneRequest| -> Vec<f64> {
                let one = |number: usize| {
                    // Another plane each time: what is kept of the last one does not count.
                    let mut request = request.clone();
                    request.x_range[1] += 1e-6 * number as f64;
                    let begun = Instant::now();
                    let made = surface(&fitted, &request, [200, 200], threads, &cancel);
                    made.is_ok().then(|| begun.elapsed().as_secs_f64() * 1e3)
                };
                (0..50).filter_map(one).collect()
            };
            request.painter = None;
            let bare = quantile(&painted(&request), 0.5);
            let counts = [500, 500];
            let palette = match task {
                Task::Regression => Palette::for_numbers(&LIGHT, [0.0, 30.0]),
                _ => Palette::for_classes(&LIGHT, &counts),
            };
            request.painter = Some(painter(Arc::new(palette), task));
            let with_colours = quantile(&painted(&request), 0.5);
            let words = match (bare, with_colours) {
                (Some(bare), Some(with)) => {
                    format!("{bare:.1} ms, {with:.1} with colours and boundary")
                }
                _ => "no surface".to_owned(),
            };
            report.line(&what, bare, &words, [16.0, 8.0]);
        }
    }
}

/// The plane that the window shows of this data.
fn plane(name: &str) -> Option<PlaneRequest> {
    data::open(name, &ReadOptions::default(), &Cancel::new()).ok()?;
    let mut drive = Drive::start(name);
    drive.until(Duration::from_secs(5), |d| {
        d.window().desk.plane().is_some()
    });
    drive.window().desk.plane().cloned()
}
