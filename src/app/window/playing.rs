//! The scrubber: playing, and stepping by keys.

use super::*;

impl Window {
    /// While playing, the scrubber runs through the steps in about six seconds at the usual
    /// speed.
    pub(super) fn play(&mut self, ctx: &Context) {
        if !self.look.playing {
            return;
        }
        let step =
            f64::from(ctx.input(|i| i.stable_dt)).min(0.1) / 6.0 * f64::from(self.look.speed);
        let at = match self.look.scrub {
            Scrub::Live => 0.0,
            Scrub::At(at) => at + step,
        };
        if at >= 1.0 {
            self.look.playing = false;
            self.set_scrub(Scrub::Live);
        } else {
            self.set_scrub(Scrub::At(at));
            ctx.request_repaint();
        }
    }

    pub(super) fn set_scrub(&mut self, scrub: Scrub) {
        self.look.scrub = scrub;
    }

    /// So many steps on or back from what is shown; behind the newest step it follows again.
    pub(super) fn scrub_by(&mut self, steps: f64) {
        let selected = self.desk.project().selected().map(|m| m.id);
        let (mut finest, mut reached, mut own) = (1.0_f64, 0.0_f64, None);
        for model in self.desk.shown() {
            let snapshots = self.desk.entry(model.id).map_or(&[][..], |e| &e.snapshots);
            if let (Some(oldest), Some(newest)) = (snapshots.first(), snapshots.last()) {
                let all = newest.fitted.planned.max(1) as f64;
                finest = finest.max(all);
                reached = reached.max(newest.fitted.step as f64 / all);
                if Some(model.id) == selected {
                    own = Some((all, oldest.fitted.step as f64 / all));
                }
            }
        }
        // The steps are those of the selected model, or the finest where it has none.
        let (planned, first) = own.unwrap_or((finest, 0.0));
        // Before the first picture of a model there is none to step through.
        let at = match self.look.scrub {
            Scrub::Live => reached,
            Scrub::At(at) => at.max(first),
        };
        // A clustering goes by halves: rows to the nearest centre, then centres to their rows.
        let clustering = self.desk.project().task() == Task::Clustering;
        let to = (at + steps * if clustering { 0.5 } else { 1.0 } / planned).max(0.0);
        self.look.playing = false;
        self.set_scrub(if to >= reached {
            Scrub::Live
        } else {
            Scrub::At(to)
        });
    }
}
