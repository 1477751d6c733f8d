//! What workers have made comes in.

use super::*;

impl Window {
    pub(super) fn drain_made(&mut self, ctx: &Context) {
        while let Ok(made) = self.made.try_recv() {
            match made {
                Made::Scene(scene) => {
                    if self.scene_asked == Some(scene.key) {
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
                        self.pictures.set_small(ctx, id, size, name, image);
                        self.pictures.keep_sizes(id, &self.small_sizes);
                    }
                }
                Made::Density {
                    name,
                    image,
                    ranges,
                } => {
                    if name == self.density_asked {
                        self.pictures.set_density(ctx, name, image, ranges);
                    }
                }
                Made::Cells { cells, rows } => {
                    if self.look.cells == cells {
                        self.look.selection = rows;
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
                Made::Loaded { spec, result } => self.loaded(self.now(ctx), &spec, result),
                Made::ImportPreview(preview) => self.import.take(preview),
                Made::FirstRows { spec, table } => self.first_rows_read(&spec, table),
                Made::Edited { of, result } => self.edited(self.now(ctx), of, result),
                Made::Reread(made) => self.reread(self.now(ctx), made),
                Made::TestFile { path, result } => match result {
                    Ok(table) => self.apply(
                        Command::SetSplit {
                            split: Some(crate::prepare::SplitScheme::File { path }),
                            test: Some(table),
                        },
                        None,
                    ),
                    Err(problem) => {
                        let text = problem.to_string();
                        self.toasts.push(self.now(ctx), Tone::Failed, text, None);
                    }
                },
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
                Made::ProjectSaved { path, result } => self.project_saved(ctx, path, result),
                Made::ProjectRead {
                    source,
                    result,
                    elsewhere,
                } => self.project_read(source, result, elsewhere),
                Made::Abandoned(left) => self.keeping.offers = left,
                Made::Picked { dialog, path } => {
                    let mut dialogs = std::mem::take(&mut self.dialogs);
                    dialogs.picked(self, dialog, path);
                    self.dialogs = dialogs;
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
    }
}
