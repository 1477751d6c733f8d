//! From the start to the first frame, and to the first fitted model on the screen.

use std::time::Duration;

use crate::drive::Drive;
use crate::report::{Report, quantile};

pub fn measure(rows: usize, report: &mut Report) {
    let data = format!("moons:n={rows}");
    let times = if rows > 100_000 { 3 } else { 10 };
    let (mut frames, mut models) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let mut drive = Drive::start(&data);
        frames.push(drive.first_frame_ms);
        let id = drive.selected();
        if drive.until(Duration::from_secs(20), |d| d.shown(id).is_some()) {
            models.push(drive.age_ms());
        }
    }
    let words = |ms: Option<f64>| ms.map_or("none came".into(), |ms| format!("{ms:.0} ms"));
    let (frame, model) = (quantile(&frames, 0.5), quantile(&models, 0.5));
    report.line(
        &format!("first frame, {rows} rows"),
        frame,
        &words(frame),
        [500.0, 250.0],
    );
    report.line(
        &format!("first model, {rows} rows"),
        model,
        &words(model),
        [1000.0, 600.0],
    );
}
