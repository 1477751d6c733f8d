//! The last steps of the preparation: fewer columns, by choosing some or by projecting all.

use eframe::egui::Ui;

use super::preparation::{Step, step};
use crate::app::frame::Frame;
use crate::model::Task;
use crate::prepare::{Project, Recipe, Select, Threshold};
use crate::widget::format;

/// Numbers to choose from, of columns that are kept and of components.
const KEPT: [usize; 6] = [2, 5, 10, 20, 50, 100];
const COMPONENTS: [usize; 6] = [1, 2, 3, 5, 10, 20];
const VARIANCES: [f64; 5] = [0.0, 0.001, 0.01, 0.1, 1.0];

/// The recipe as it is to be, where something was chosen.
pub(super) fn show(ui: &mut Ui, frame: &Frame<'_>, recipe: &Recipe) -> Option<Recipe> {
    let task = frame.desk.project().task();
    let chosen = select(ui, frame, recipe.select, task).map(|select| Recipe {
        select,
        ..recipe.clone()
    });
    let projected = project(ui, frame, recipe.project, task).map(|project| Recipe {
        project,
        ..recipe.clone()
    });
    chosen.or(projected)
}

fn select(ui: &mut Ui, frame: &Frame<'_>, now: Select, task: Task) -> Option<Select> {
    let mut ways = vec![
        ("all", Select::All),
        ("varying", Select::Variance(Threshold(0.0))),
    ];
    // Without a target there is nothing that a column could tell of.
    if task != Task::Clustering || matches!(now, Select::Best(_)) {
        ways.push(("best", Select::Best(10)));
    }
    let words: Vec<&str> = ways.iter().map(|(word, _)| *word).collect();
    let kind = std::mem::discriminant(&now);
    let at = ways
        .iter()
        .position(|(_, way)| std::mem::discriminant(way) == kind);
    let row = Step {
        number: Some(5),
        words: "Select columns",
        tooltip: "All; those whose variance, before scaling, is above a number; or those that each tell most of the target, by an F test.",
    };
    if let Some(new) = step(ui, frame, &row, &words, at) {
        return Some(ways[new].1);
    }
    match now {
        Select::All => None,
        Select::Best(k) => {
            let row = Step {
                number: None,
                words: "Columns kept",
                tooltip: "So many columns go on.",
            };
            count(ui, frame, &row, &KEPT, k).map(Select::Best)
        }
        Select::Variance(Threshold(least)) => {
            let row = Step {
                number: None,
                words: "Variance above",
                tooltip: "0 leaves out what is the same in every row.",
            };
            let mut least_of = VARIANCES.to_vec();
            if !least_of.contains(&least) {
                least_of.push(least);
                least_of.sort_by(f64::total_cmp);
            }
            let words: Vec<String> = least_of.iter().map(|v| format::number(*v)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let at = least_of.iter().position(|v| *v == least);
            let new = step(ui, frame, &row, &words, at)?;
            Some(Select::Variance(Threshold(least_of[new])))
        }
    }
}

fn project(ui: &mut Ui, frame: &Frame<'_>, now: Project, task: Task) -> Option<Project> {
    let n_components = components(now).unwrap_or(2);
    let pca = |whiten| Project::Pca {
        n_components,
        whiten,
    };
    let mut ways = vec![
        ("none", Project::None),
        ("PCA", pca(false)),
        ("PCA, whitened", pca(true)),
        ("SVD", Project::Svd { n_components }),
    ];
    // It needs classes.
    if task == Task::Classification || matches!(now, Project::Lda { .. }) {
        ways.push(("LDA", Project::Lda { n_components }));
    }
    let words: Vec<&str> = ways.iter().map(|(word, _)| *word).collect();
    let at = ways.iter().position(|(_, way)| *way == now);
    let row = Step {
        number: Some(6),
        words: "Project columns",
        tooltip: "PCA: the directions of most variance. SVD: the same without centring. LDA: the directions along which the classes lie apart.",
    };
    if let Some(new) = step(ui, frame, &row, &words, at) {
        return Some(ways[new].1);
    }
    let row = Step {
        number: None,
        words: "Components",
        tooltip: "So many columns come of it, at most.",
    };
    let new = count(ui, frame, &row, &COMPONENTS, components(now)?)?;
    Some(match now {
        Project::None => Project::None,
        Project::Pca { whiten, .. } => Project::Pca {
            n_components: new,
            whiten,
        },
        Project::Svd { .. } => Project::Svd { n_components: new },
        Project::Lda { .. } => Project::Lda { n_components: new },
    })
}

fn components(of: Project) -> Option<usize> {
    match of {
        Project::None => None,
        Project::Pca { n_components, .. }
        | Project::Svd { n_components }
        | Project::Lda { n_components } => Some(n_components),
    }
}

/// One of some numbers, or the one that stands.
fn count(
    ui: &mut Ui,
    frame: &Frame<'_>,
    row: &Step<'_>,
    from: &[usize],
    now: usize,
) -> Option<usize> {
    let mut from = from.to_vec();
    if !from.contains(&now) {
        from.push(now);
        from.sort_unstable();
    }
    let words: Vec<String> = from.iter().map(usize::to_string).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let at = from.iter().position(|n| *n == now);
    step(ui, frame, row, &words, at).map(|new| from[new])
}
