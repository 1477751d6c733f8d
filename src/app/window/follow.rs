//! What the screen needs: asked for anew as soon as what it shows has changed, made by workers.

use super::*;
use crate::base::Halt;
use crate::train::{Plane, PlaneBase};
use crate::view::plane::Tool;

/// Scenes of tables with at most so many cells are built on the window's thread: a fraction of a
/// millisecond.
const SMALL_SCENE: usize = 5_000;

/// Numbers that the points of a coarse and of a full picture have, about.
const COARSE_CELLS: usize = 2 << 20;
const FULL_CELLS: usize = 24 << 20;

impl Window {
    pub(super) fn clusters(&self) -> Option<Arc<[u32]>> {
        if self.desk.project().task() != Task::Clustering {
            return None;
        }
        let id = self.desk.project().selected()?.id;
        let entry = self.desk.entry(id)?;
        let told = |clusters: &Arc<[u32]>| !clusters.is_empty();
        let report = entry.report.as_ref().map(|r| &r.clusters);
        if self.look.scrub == Scrub::Live && report.is_some() {
            return report.cloned();
        }
        let step = entry.snapshot_at(self.look.scrub.share());
        let step = step.and_then(|s| s.clusters.as_ref());
        step.filter(|c| told(c)).or(report).cloned()
    }

    pub(super) fn follow_scene(&mut self) {
        let input = SceneInput::of(self.desk.project(), self.look.cut, self.clusters());
        let key = input.key();
        if self.scene_asked == Some(key) {
            return;
        }
        self.scene_asked = Some(key);
        self.scene_stop.cancel();
        // A small one at once: a drawn row is seen in the frame in which it was drawn.
        let table = &input.table;
        if table.rows().saturating_mul(table.columns().len()) <= SMALL_SCENE
            && let Ok(scene) = build(&input, 1, &Cancel::new())
        {
            self.scene = Some(Arc::new(scene));
            return;
        }
        self.scene_stop = Cancel::new();
        self.timings.rows_asked();
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        let cancel = self.scene_stop.clone();
        self.desk.live().picture(slots::SCENE, 250, move || {
            let first = input.first_every();
            // Of very many rows some come first, then all.
            for every in [first, 1].into_iter().skip(usize::from(first == 1)) {
                let made = match build(&input, every, &cancel) {
                    Ok(scene) => Made::Scene(Arc::new(scene)),
                    Err(Halt::Cancelled) => return,
                    Err(_) => Made::NoScene { key },
                };
                let _ = sender.send(made);
                wake.request_repaint();
            }
        });
    }

    /// Undo may lead to another table: row numbers mean other rows then.
    pub(super) fn follow_table(&mut self) {
        let table = &self.desk.project().table;
        let fingerprint = table.fingerprint();
        if self.rows_of.as_ref().map(|of| of.0) != Some(fingerprint) {
            let spec = self.catalog.spec_of(table).to_owned();
            let now = (fingerprint, spec, table.rows());
            let name = table.name().to_owned();
            let before = self.rows_of.replace(now.clone());
            // A column read as another kind leaves the rows what they are, and so do most edits.
            let kept = std::mem::take(&mut self.rows_kept);
            let before = before.filter(|_| !kept);
            if before.is_some_and(|before| (before.1, before.2) != (now.1, now.2)) {
                self.forget_rows();
            }
            // Pictures of other data say nothing about these rows; those of a generator whose knob is
            // turned, or of the same rows edited, stay until their successors come.
            if !kept && self.pictures_of.as_ref().is_some_and(|of| *of != name) {
                self.pictures.forget_all();
                self.small_asked.clear();
                self.density_asked = 0;
            }
            self.pictures_of = Some(name);
        }
        self.desk.scrub_to(self.look.scrub.share());
        self.desk.set_along(self.look.along);
    }

    pub(super) fn follow_palette(&mut self, ctx: &Context) {
        let Some(scene) = &self.scene else { return };
        let of = (scene.key, self.dark());
        if self.palette_of != Some(of) {
            self.palette_of = Some(of);
            let palette = scene.palette(Tokens::of_ctx(ctx));
            if *self.palette != palette {
                self.palette = Arc::new(palette);
            }
        }
    }

    pub(super) fn follow_plane(&mut self) {
        // The scene of another table says nothing about the present models; its successor is on
        // its way.
        let table = self.desk.project().table.fingerprint();
        let scene = self.scene.as_ref();
        let Some(scene) = scene.filter(|s| s.table.fingerprint() == table) else {
            return self.desk.set_plane(None);
        };
        if self.scene_viewed != Some(scene.key) {
            let now = (scene.x.clone(), scene.y.clone(), scene.table.fingerprint());
            // While rows are drawn the plane stays where it is.
            let drawn = self.look.tool == Tool::Draw;
            let same_axes = self.memory.plane_axes.as_ref().is_some_and(|before| {
                *before == now || drawn && (&before.0, &before.1) == (&now.0, &now.1)
            });
            // Nobody has moved the first picture: that of all rows is fitted as well.
            let first = self
                .first_fit
                .take()
                .is_some_and(|fit| fit == self.look.view);
            if !same_axes || first {
                self.look.view = scene.fit;
            }
            self.first_fit = (scene.every > 1).then_some(scene.fit);
            self.memory.plane_axes =
                Some((scene.x.clone(), scene.y.clone(), scene.table.fingerprint()));
            self.scene_viewed = Some(scene.key);
        }
        let task = self.desk.project().task();
        let key = (Arc::as_ptr(&self.palette) as usize, task);
        let known = self
            .memory
            .painter
            .as_ref()
            .filter(|(k, _)| *k == key)
            .map(|(_, p)| p.clone());
        let painter = known.unwrap_or_else(|| {
            let made = painter(self.palette.clone(), task);
            self.memory.painter = Some((key, made.clone()));
            made
        });
        // Each point is a row of all columns: of thousands of them there are fewer points.
        let columns = match &scene.plane {
            Plane::Components { center, .. } => center.len(),
            Plane::Columns { .. } => scene.features,
        };
        let side = |cells: usize, sides: [usize; 2]| {
            let side = ((cells / columns.max(1)) as f64).sqrt() as usize;
            [side.clamp(sides[0], sides[1]); 2]
        };
        let (coarse, full) = match scene.is_one_feature() {
            true => ([100, 1], [400, 1]),
            false => (side(COARSE_CELLS, [12, 50]), side(FULL_CELLS, [40, 200])),
        };
        // On the page What if the plane is cut at the row that is made up there.
        let mut plane = scene.plane.clone();
        if let Plane::Columns { x, y, base } = &mut plane
            && self.look.is_what_if()
            && let Some(made_up) =
                (self.memory.evaluate).plane_base(self.desk.project(), [Some(*x), *y])
        {
            *base = PlaneBase::Point(made_up);
        }
        self.desk.set_plane(Some(PlaneRequest {
            table: scene.table.clone(),
            plane,
            x_range: self.look.view.x,
            y_range: self.look.view.y,
            coarse,
            full,
            painter: Some(painter),
        }));
    }

    pub(super) fn follow_pictures(&mut self, ctx: &Context) {
        let ids: Vec<ModelId> = self.desk.project().models().iter().map(|m| m.id).collect();
        self.pictures.retain(&ids);
        let sizes = &self.small_sizes;
        self.small_asked
            .retain(|(id, size), _| ids.contains(id) && sizes.contains(size));
        let selected = self.desk.project().selected().map(|m| m.id);
        let Some(scene) = self.scene.clone() else {
            return;
        };
        for id in ids {
            let of = |entry: Option<&Entry>| entry.and_then(|e| e.surface.clone());
            let own = of(self.desk.entry(id)).zip(self.desk.key(id));
            let former = || of(self.desk.stale_entry(id)).zip(self.desk.stale_key(id));
            if let Some((surface, key)) = own.or_else(former) {
                // Of the others only small pictures are seen.
                if Some(id) == selected {
                    self.pictures.show(ctx, id, &surface);
                    self.timings.model();
                    let full = self
                        .desk
                        .plane()
                        .is_some_and(|p| p.full[0] == surface.columns);
                    self.timings.shown(key, full);
                }
                self.follow_small(id, Some(&surface), &scene);
            }
        }
    }

    pub(super) fn follow_small(
        &mut self,
        id: ModelId,
        surface: Option<&Arc<crate::train::Surface>>,
        scene: &Arc<Scene>,
    ) {
        // Of clusterings each shows its own.
        let own = match self.desk.project().task() {
            Task::Clustering => {
                let report = self.desk.entry(id).and_then(|e| e.report.as_ref());
                report.map(|r| r.clusters.clone()).filter(|c| !c.is_empty())
            }
            _ => None,
        };
        for size in self.small_sizes.clone() {
            let name = small_name(surface, scene, own.as_deref(), self.dark());
            let there = self.pictures.small_name(id, size) == Some(name);
            if there || self.small_asked.get(&(id, size)) == Some(&name) || size[0] == 0 {
                continue;
            }
            self.small_asked.insert((id, size), name);
            let painted = surface
                .and_then(|s| s.painted.clone())
                .and_then(|p| p.downcast::<crate::app::pictures::Painted>().ok());
            let (scene, palette, sender, wake) = (
                scene.clone(),
                self.palette.clone(),
                self.sender.clone(),
                self.context.clone(),
            );
            let own = own.clone();
            let ppp = self.context.pixels_per_point();
            let slot = slots::small(id, size);
            self.desk.live().picture(slot, 50, move || {
                // On one feature the fitted curve stands for the boundary.
                let curve = painted
                    .as_ref()
                    .filter(|p| p.grid.rows == 1)
                    .map(|p| Boundary {
                        lines: p.curve.clone(),
                    });
                let boundary = painted.as_ref().map(|p| &p.boundary);
                let own = own.map(|clusters| scene.points_in(&clusters));
                let picture = SmallPicture {
                    view: scene.fit,
                    grid: (painted.as_ref().map(|p| &p.ground)).filter(|g| g.rows > 1),
                    boundary: curve.as_ref().or(boundary),
                    points: Some(own.as_ref().unwrap_or(&scene.points)),
                    palette: &palette,
                    marker_radius: 2.2,
                };
                let image = paint_small(&picture, size, ppp);
                let _ = sender.send(Made::Small {
                    id,
                    size,
                    name,
                    image,
                });
                wake.request_repaint();
            });
        }
    }

    pub(super) fn follow_density(&mut self, ctx: &Context) {
        let Some(scene) = self.scene.clone() else {
            return;
        };
        let size = self.density_size;
        if scene.points.len() <= SINGLE_POINTS || size[0] == 0 {
            return;
        }
        let view = self.look.view;
        let mut name = Hasher128::new();
        name.hash(scene.key).word(u64::from(self.dark()));
        for value in view.x.iter().chain(&view.y) {
            name.number(*value);
        }
        name.word(size[0] as u64).word(size[1] as u64);
        let name = name.finish().0 as u64;
        if self.density_asked == name {
            return;
        }
        self.density_asked = name;
        self.timings.moved();
        let of = (scene.key, self.dark());
        let serial = self.next_number();
        let (palette, sender, wake) = (
            self.palette.clone(),
            self.sender.clone(),
            self.context.clone(),
        );
        let ppp = ctx.pixels_per_point();
        self.desk.live().picture(slots::DENSITY, 240, move || {
            let image = density::paint(
                &scene.points,
                view,
                size,
                density::dot_size(scene.points.len(), ppp),
                &palette,
            );
            let ranges = [view.x, view.y];
            let _ = sender.send(Made::Density {
                name,
                serial,
                of,
                image,
                ranges,
            });
            wake.request_repaint();
        });
    }

    pub(super) fn follow_summary(&mut self) {
        let table = self.desk.project().table.clone();
        let fingerprint = table.fingerprint();
        if self.summary_asked == Some(fingerprint) {
            return;
        }
        self.summary_asked = Some(fingerprint);
        self.summary_stop.cancel();
        self.summary_stop = Cancel::new();
        let cancel = self.summary_stop.clone();
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk.live().picture(slots::SUMMARY, 60, move || {
            if let Ok(summary) = data::summarise(&table, &cancel) {
                let summary = Arc::new(summary);
                let _ = sender.send(Made::Summary {
                    fingerprint,
                    summary,
                });
                wake.request_repaint();
            }
        });
    }

    /// Has a worker do what a tab asked for; the newest of a slot replaces one that still waits.
    pub(super) fn work_for_tab(&mut self, wanted: crate::app::tab::Wanted) {
        let crate::app::tab::Wanted {
            slot,
            priority,
            make,
        } = wanted;
        self.tab_asked.insert(slot);
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        let work = move || {
            let made = make();
            let _ = sender.send(Made::Tab { slot, made });
            wake.request_repaint();
        };
        if priority < crate::app::tab::OWN_THREAD {
            let slot = slots::TAB + slot;
            return self.desk.live().picture(slot, priority, work);
        }
        let thread = std::thread::Builder::new().name("seefit-table".into());
        if thread.spawn(work).is_err() {
            // The person sees no change and can ask again.
            self.tab_asked.remove(&slot);
        }
    }

    /// A data set that was opened or made gets its thumbnail once its models are there.
    pub(super) fn ask_thumbnail(&mut self) {
        let table = &self.desk.project().table;
        let fingerprint = table.fingerprint();
        let item = self
            .catalog
            .current
            .and_then(|at| self.catalog.items.get(at));
        let Some(item) = item.filter(|item| item.thumbnail.is_none()) else {
            return;
        };
        if self.thumbnail_asked == Some(fingerprint) || !self.desk.is_drawn() {
            return;
        }
        self.thumbnail_asked = Some(fingerprint);
        let (spec, detail, table) = (item.spec.clone(), item.detail.clone(), table.clone());
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk.live().picture(slots::THUMBNAIL, 0, move || {
            if let Some(thumbnail) = catalog::thumbnail(&table) {
                let _ = sender.send(Made::Preview {
                    spec,
                    detail,
                    thumbnail,
                });
                wake.request_repaint();
            }
        });
    }

    /// Thumbnails of the data strip come once the first models are there.
    pub(super) fn ask_previews(&mut self) {
        if self.previews_asked || self.frames < 3 || !(self.desk.is_drawn() || self.frames > 200) {
            return;
        }
        self.previews_asked = true;
        for (index, item) in self.catalog.items.iter().enumerate() {
            let (spec, sender, wake) =
                (item.spec.clone(), self.sender.clone(), self.context.clone());
            // What is at work need not be read again.
            let current = self.catalog.current == Some(index);
            let table = current.then(|| self.desk.project().table.clone());
            self.desk
                .live()
                .picture(slots::PREVIEW + index as u64, 0, move || {
                    let made = match &table {
                        Some(table) => catalog::preview_of(&spec, table),
                        None => catalog::preview(&spec),
                    };
                    if let Some((detail, thumbnail)) = made {
                        let _ = sender.send(Made::Preview {
                            spec,
                            detail,
                            thumbnail,
                        });
                        wake.request_repaint();
                    }
                });
        }
    }
}
