//! The merges of an agglomerative clustering as a tree that stands on its branches: a bar lies at the height
//! at which two clusters became one. The top of it alone, so that it can be read.
//!
//! ```text
//!        _____|_____
//!  - - -|- - - - - -|- - -   3 clusters
//!     __|__         |
//!    |     |      __|__
//!   50    12    |      |
//! ```

use eframe::egui::{Align2, Color32, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2};

use super::parts::plot::{Around, begin};
use super::parts::{number, text};
use crate::numeric::Dendrogram;
use crate::widget::format;
use crate::widget::picture;
use crate::widget::theme::Tokens;

/// A cluster that is drawn; the root comes first, children after their parents.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What it was made of, by place in the list; None at the foot of the picture.
    pub children: Option<[usize; 2]>,
    /// At which it was made; 0 of a single row.
    pub height: f64,
    pub rows: u32,
    /// The cluster of the model that it is, or is part of; None above the cut.
    pub cluster: Option<u32>,
}

/// The highest merges of a tree, down to so many branches, and the height of the cut into `clusters`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branches {
    pub list: Vec<Branch>,
    pub cut: Option<f64>,
    pub clusters: usize,
    pub rows: usize,
}

impl Branches {
    pub fn of(tree: &Dendrogram, clusters: usize, most: usize) -> Branches {
        let (rows, merges) = (tree.rows, &tree.merges);
        let mut found = Branches {
            clusters,
            rows,
            ..Branches::default()
        };
        let Some(root) = (rows + merges.len()).checked_sub(1) else {
            return found;
        };
        let names = tree.cut(clusters);
        // Merges below the cut make the clusters; those from here on are drawn.
        let made = rows.saturating_sub(clusters.max(1));
        let drawn = merges.len() - merges.len().min(most.saturating_sub(1));
        let height = |at: usize| merges.get(at).map(|merge| merge.height);
        found.cut = height(made).map(|above| {
            let below = made.checked_sub(1).and_then(height).unwrap_or(0.0);
            below / 2.0 + above / 2.0
        });
        // With each the place of its parent, and which of its children it is.
        let mut left = vec![(root, None::<(usize, usize)>)];
        while let Some((cluster, parent)) = left.pop() {
            let place = found.list.len();
            if let Some((parent, side)) = parent {
                let children = found.list[parent].children.get_or_insert([0, 0]);
                children[side] = place;
            }
            let merge = cluster.checked_sub(rows);
            let of = merge.and_then(|at| merges.get(at));
            found.list.push(Branch {
                children: None,
                height: of.map_or(0.0, |merge| merge.height),
                rows: of.map_or(1, |merge| merge.size),
                cluster: match merge {
                    Some(at) if at >= made => None,
                    _ => names.get(first_row(tree, cluster)).copied(),
                },
            });
            if let (Some(merge), Some(at)) = (of, merge)
                && at >= drawn
            {
                for side in [1, 0] {
                    left.push((merge.clusters[side] as usize, Some((place, side))));
                }
            }
        }
        found
    }

    fn feet(&self) -> usize {
        self.list.iter().filter(|b| b.children.is_none()).count()
    }

    /// Where each branch stands, in widths of one at the foot: a parent over the middle of its children.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.list.len()];
        let mut next = 0.5;
        for (place, branch) in places.iter_mut().zip(&self.list) {
            if branch.children.is_none() {
                *place = next;
                next += 1.0;
            }
        }
        for at in (0..self.list.len()).rev() {
            if let Some([a, b]) = self.list[at].children {
                places[at] = (places[a] + places[b]) / 2.0;
            }
        }
        places
    }
}

/// A row of a cluster.
fn first_row(tree: &Dendrogram, mut cluster: usize) -> usize {
    while let Some(merge) = cluster.checked_sub(tree.rows) {
        match tree.merges.get(merge) {
            Some(merge) => cluster = merge.clusters[0] as usize,
            None => return 0,
        }
    }
    cluster
}

/// Branches for which a width has room.
pub fn most(width: f32) -> usize {
    ((width - 60.0) / 26.0).clamp(4.0, 60.0) as usize
}

/// Draws into all of `ui`; `looks` has the look of each cluster.
pub fn dendrogram(ui: &mut Ui, t: &Tokens, title: &str, data: &Branches, looks: &[usize]) {
    let (area, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    picture::show(ui.ctx(), "Dendrogram", area);
    let clusters = format::counted(data.clusters, "cluster", "clusters");
    let label = format!(
        "Dendrogram of {}, {clusters}",
        format::counted(data.rows, "row", "rows")
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    let top = data.list.first().map_or(0.0, |root| root.height);
    let feet = data.feet();
    let around = Around {
        title,
        x_title: "Rows of a branch",
        y_title: "Distance at which two clusters became one",
        x: (0.0, feet.max(1) as f64),
        y: (0.0, if top > 0.0 { top * 1.05 } else { 1.0 }),
        x_numbers: false,
        below: 4.0,
    };
    let mut plot = begin(ui, t, area, &around);
    let places = data.places();
    let colour = |cluster: Option<u32>| -> Color32 {
        let look = cluster.and_then(|cluster| looks.get(cluster as usize));
        look.map_or(t.text, |look| t.class_ink(*look))
    };
    let (along, up) = (plot.x, plot.y);
    let at = |branch: usize, height: f64| {
        let x = places.get(branch).copied().unwrap_or_default();
        pos2(along.point(x), up.point(height))
    };
    for (place, branch) in data.list.iter().enumerate() {
        let Some(children) = branch.children else {
            continue;
        };
        let bar = Stroke::new(1.5, colour(branch.cluster));
        let ends = children.map(|child| at(child, branch.height));
        plot.painter.line_segment(ends, bar);
        for (child, end) in children.into_iter().zip(ends) {
            if let Some(below) = data.list.get(child) {
                let side = Stroke::new(1.5, colour(below.cluster));
                plot.painter
                    .line_segment([at(child, below.height), end], side);
            }
        }
        if place == 0 {
            let stem = [at(place, branch.height), at(place, top * 1.05)];
            plot.painter.line_segment(stem, bar);
        }
    }
    if let Some(cut) = data.cut {
        let y = plot.y.point(cut);
        let ends = [pos2(plot.rect.left(), y), pos2(plot.rect.right(), y)];
        let stroke = Stroke::new(1.0, t.weak);
        plot.painter
            .extend(Shape::dashed_line(&ends, stroke, 4.0, 3.0));
        let line = text::line(ui.painter(), &clusters, text::small(ui), t.weak, 120.0);
        let corner = pos2(plot.rect.right() - 4.0, y - 2.0);
        text::place(&plot.painter, corner, Align2::RIGHT_BOTTOM, line);
    }
    plot.finish_without_x(ui);
    let column = plot.rect.width() / feet.max(1) as f32;
    let mut free = plot.rect.left() - 10.0;
    for (place, branch) in data.list.iter().enumerate() {
        if branch.children.is_some() {
            continue;
        }
        let foot = pos2(at(place, 0.0).x, plot.rect.bottom() + 4.0);
        let words = number::count(u64::from(branch.rows));
        let line = text::line(ui.painter(), &words, text::small(ui), t.weak, column * 3.0);
        let left = foot.x - line.size().x / 2.0;
        // Where there is no room for all, some are left out.
        if left > free {
            free = left + line.size().x + 3.0;
            text::place(ui.painter(), foot, Align2::CENTER_TOP, line);
        }
    }
    // A branch under the pointer says what it is.
    let over = response.hover_pos().and_then(|pointer| {
        let near = data.list.iter().enumerate().find(|(place, branch)| {
            branch.children.is_some_and(|[a, b]| {
                let bar = Rect::from_two_pos(at(a, branch.height), at(b, branch.height));
                *place < places.len() && bar.expand(4.0).contains(pointer)
            })
        });
        near.map(|(_, branch)| branch)
    });
    if let Some(branch) = over {
        let rows = format::counted(branch.rows as usize, "row", "rows");
        let height = format::number(branch.height);
        response.on_hover_text(format!("{rows}, joined at {height}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::numeric::{Linkage, Matrix};
    use crate::view::test_picture::draw;

    fn tree(values: &[f64]) -> Dendrogram {
        let x = Matrix::new(values.len(), 1, values.to_vec());
        Dendrogram::new(&x, Linkage::Single, &Cancel::new()).unwrap()
    }

    #[test]
    fn branches_hold_all_rows_and_know_their_cluster() {
        let tree = tree(&[0.0, 1.0, 10.0, 12.0, 30.0]);
        let all = Branches::of(&tree, 2, 60);
        assert_eq!(all.list.len(), 9);
        // Merges at 1, 2, 9 and 18.
        assert_eq!(all.cut, Some(13.5));
        assert_eq!(all.feet(), 5);
        assert_eq!((all.list[0].rows, all.list[0].cluster), (5, None));
        let cut = tree.cut(2);
        assert_eq!(cut, [0, 0, 0, 0, 1]);
        for foot in all.list.iter().filter(|b| b.children.is_none()) {
            assert_eq!((foot.rows, foot.height), (1, 0.0));
        }
        let of_first = all.list.iter().filter(|b| b.cluster == Some(0));
        assert_eq!(of_first.count(), 7);
        // Every parent stands over the middle of its children, which lie lower and hold its rows.
        let places = all.places();
        for (at, branch) in all.list.iter().enumerate() {
            let Some([a, b]) = branch.children else {
                continue;
            };
            assert!(a > at && b > at);
            assert_eq!(places[at], (places[a] + places[b]) / 2.0);
            assert_eq!(branch.rows, all.list[a].rows + all.list[b].rows);
            assert!(branch.height >= all.list[a].height.max(all.list[b].height));
        }
    }

    #[test]
    fn only_the_top_is_drawn_of_a_large_tree() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i * i)).collect();
        let tree = tree(&values);
        let top = Branches::of(&tree, 3, 10);
        assert_eq!(top.feet(), 10);
        let feet = top.list.iter().filter(|b| b.children.is_none());
        assert_eq!(feet.map(|b| b.rows).sum::<u32>(), 200);
        // A cut above everything, and one that leaves every row alone.
        assert_eq!(Branches::of(&tree, 1, 10).cut, None);
        let alone = Branches::of(&tree, 200, 10);
        assert_eq!(alone.cut, Some(0.5));
        assert_eq!(Branches::of(&self::tree(&[4.0]), 1, 10).list.len(), 1);
    }

    #[test]
    fn pictures() {
        use eframe::egui::vec2;
        let values: Vec<f64> = (0..60).map(|i| f64::from(i * i % 97)).collect();
        let tree = tree(&values);
        let data = Branches::of(&tree, 4, 40);
        draw("dendrogram", vec2(700.0, 360.0), |ui, t| {
            dendrogram(ui, t, "Dendrogram", &data, &[0, 1, 2, 3])
        });
        let one = Branches::of(&self::tree(&[4.0]), 1, 10);
        draw("dendrogram-one", vec2(300.0, 200.0), |ui, t| {
            dendrogram(ui, t, "Dendrogram", &one, &[0])
        });
    }
}
