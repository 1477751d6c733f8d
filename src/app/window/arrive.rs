//! What workers have made comes in.

use super::*;

/// Small pictures that one frame takes in.
const SMALL_A_FRAME: usize = 2;

impl Window {
    pub(super) fn drain_made(&mut self, ctx: &Context) {
        while let Ok(made) = self.made.try_recv() {
            match made {
                Made::Scene(scene) => {
                    if self.scene_asked == Some(scene.asked) {
                        self.timings.rows_placed(scene.every == 1);
                        self.scene = Some(scene);
                    }
                }
                Made::NoScene { key } => {
                    if self.scene_asked == Some(key) {
                        self.scene = None;
                        self.desk.set_plane(None);
                    }
                }
                Made::Small {
                    id,
                    size,
                    name,
                    image,
                } => {
                    // Of two workers the one with the older picture may be the later.
                    if self.small_asked.get(&(id, size)) == Some(&name) {
                        self.small_come.put((id, size), name, image);
                    }
                }
                Made::Density {
                    name,
                    serial,
                    of,
                    image,
                    ranges,
                } => {
                    let key = self.scene.as_ref().map(|scene| scene.key);
                    let newest = name == self.density_asked;
                    // While a view moves each picture is too late, but nearer than the one before.
                    let nearer = Some(of.0) == key && of.1 == self.dark();
                    if newest || nearer && serial > self.density_shown {
                        self.density_shown = serial;
                        self.pictures.set_density(ctx, name, image, ranges);
                    }
                    if newest {
                        self.timings.sharp();
                    }
                }
                Made::Cells { cells, rows } => {
                    if self.look.cells == cells {
                        self.look.selection = rows;
                    }
                }
                Made::Inside { table, rows } => {
                    if self.desk.project().table.fingerprint() == table {
                        self.look.selection = rows;
                        self.look.cells.clear();
                    }
                }
                Made::Preview {
                    spec,
                    detail,
                    thumbnail,
                } => {
                    if let Some(item) = self.catalog.items.iter_mut().find(|i| i.spec == spec) {
                        if item.detail.is_empty() {
                            item.detail = detail;
                        }
                        item.thumbnail = Some(thumbnail.into());
                    }
                }
                Made::Summary {
                    fingerprint,
                    summary,
                } => {
                    if self.summary_asked == Some(fingerprint) {
                        self.summary = Some((fingerprint, summary));
                    }
                }
                Made::Loaded {
                    number,
                    spec,
                    result,
                } => self.loaded(self.now(ctx), number, &spec, result),
                Made::ImportPreview(preview) => self.import.take(preview),
                Made::FirstRows {
                    number,
                    spec,
                    table,
                } => self.first_rows_read(number, &spec, table),
                Made::Edited { of, result } => self.edited(self.now(ctx), of, result),
                Made::Reread(made) => self.reread(self.now(ctx), made),
                Made::TestFile {
                    number,
                    of,
                    path,
                    result,
                } => {
                    if self.test_asked.take_if(|asked| *asked == number).is_some() {
                        self.test_file_read(self.now(ctx), of, path, result);
                    }
                }
                Made::Saved { what, result } => match result {
                    Ok(path) => {
                        let name = path
                            .file_name()
                            .map_or_else(|| what.clone(), |n| n.to_string_lossy().into_owned());
                        self.toasts.push(
                            self.now(ctx),
                            Tone::Done,
                            format!("{what} saved as {name}"),
                            None,
                        );
                    }
                    Err(problem) => {
                        self.toasts
                            .push(self.now(ctx), Tone::Failed, problem.to_string(), None)
                    }
                },
                Made::NotSaved(path) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let words = format!("Saving {name} was stopped; nothing was written");
                    self.toasts.push(self.now(ctx), Tone::Info, words, None);
                }
                Made::InFile(table) => {
                    self.keeping.in_files.insert(table);
                }
                Made::ProjectSaved {
                    number,
                    path,
                    result,
                } => self.project_saved(ctx, number, path, result),
                Made::ProjectRead {
                    number,
                    source,
                    result,
                    elsewhere,
                } => self.project_read(number, source, result, elsewhere),
                Made::Abandoned(left) => self.keeping.offers = left,
                Made::Picked { dialog, path } => {
                    if let Some(act) = self.dialogs.picked(dialog, path) {
                        self.perform(ctx, act);
                    }
                }
                Made::Image(image) => {
                    ctx.copy_image(image);
                    let words = "Picture copied";
                    self.toasts.push(self.now(ctx), Tone::Done, words, None);
                }
                Made::Use(made) => self.used(self.now(ctx), made),
                Made::Tab { slot, made } => {
                    self.tab_asked.remove(&slot);
                    crate::app::tab::take(&mut self.memory, ctx, made);
                }
                Made::Importance { key, values } => {
                    self.memory.importance.insert(key, values);
                }
            }
        }
        self.take_small(ctx);
    }

    /// A few small pictures a frame go to the screen: those of many models come together, and no frame
    /// shall be longer for it.
    fn take_small(&mut self, ctx: &Context) {
        for _ in 0..SMALL_A_FRAME {
            let Some(((id, size), name, image)) = self.small_come.take() else {
                return;
            };
            // Another may have been asked for while it waited.
            if self.small_asked.get(&(id, size)) == Some(&name) {
                self.pictures.set_small(ctx, id, size, name, image);
                self.pictures.keep_sizes(id, &self.small_sizes);
            }
        }
        if !self.small_come.is_empty() {
            ctx.request_repaint();
        }
    }

    fn test_file_read(
        &mut self,
        now: f64,
        of: Hash128,
        path: String,
        result: Result<Table, Problem>,
    ) {
        if self.desk.project().table.fingerprint() != of {
            let text = "The table has changed meanwhile: choose the test file again.";
            self.toasts.push(now, Tone::Failed, text, None);
            return;
        }
        match result {
            Ok(table) => {
                let split = Some(crate::prepare::SplitScheme::File { path });
                let test = Some(table);
                self.apply(Command::SetSplit { split, test }, None);
            }
            Err(problem) => self
                .toasts
                .push(now, Tone::Failed, problem.to_string(), None),
        }
    }
}
