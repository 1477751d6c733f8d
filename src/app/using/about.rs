//! What a model was trained on and how well it is expected to do, in words.

use super::With;
use crate::base::problem::visible;
use crate::evaluate::Metric;
use crate::model::{Params, Task, algorithm};
use crate::prepare::SplitScheme;
use crate::project::model_file::{About, ModelFile, Score};
use crate::widget::format;

/// The algorithm's name for people.
pub fn algorithm_name(about: &About) -> String {
    let known = algorithm(&about.algorithm);
    known.map_or_else(|| visible(&about.algorithm), |a| a.name.to_owned())
}

/// "species", or what else comes out.
pub fn predicts(model: &ModelFile) -> String {
    match &model.pipeline.target {
        Some(target) => visible(&target.name),
        None => format!("one of {} clusters", model.pipeline.model.outputs()),
    }
}

/// The leading metric's score: "CA 0.973 ± 0.012".
pub fn expected(model: &ModelFile) -> Option<String> {
    let leading = match model.pipeline.task {
        Task::Classification => Metric::Accuracy,
        Task::Regression => Metric::R2,
        Task::Clustering => return None,
    };
    let (mean, spread) = words(model.about.score(leading)?)?;
    Some(format!("{} {mean} {spread}", leading.name()))
}

/// Mean and spread; "one split" where there is none.
pub fn words(score: &Score) -> Option<(String, String)> {
    let mean = score
        .mean
        .or(score.pooled)
        .filter(|mean| mean.is_finite())?;
    let std = score.std.filter(|std| std.is_finite());
    Some(format::score_with_spread(mean, std))
}

pub fn lines(model: &ModelFile, with: With) -> Vec<(&'static str, String)> {
    let (about, trained) = (&model.about, &model.about.trained_on);
    let mut lines = Vec::new();
    let mut predicted = predicts(model);
    if model.pipeline.task == Task::Classification {
        let classes = &model.pipeline.classes;
        let shown: Vec<String> = classes.iter().take(6).map(|c| visible(c)).collect();
        let more = if classes.len() > 6 { ", …" } else { "" };
        predicted.push_str(&format!(" ({}{more})", shown.join(", ")));
    }
    lines.push(("Predicts", predicted));
    let rows = format::counted(trained.fitted_rows, "row", "rows");
    let mut learned = format!("{}, {rows}", visible(&trained.data));
    if with == With::File {
        learned.push_str(&format!(" · {} UTC", visible(&trained.date)));
    }
    lines.push(("Trained on", learned));
    if model.pipeline.task != Task::Clustering {
        let known = trained.validation.parse::<SplitScheme>();
        let scheme = match known {
            Ok(scheme) => visible(&scheme.describe()),
            Err(_) => visible(&trained.validation),
        };
        let scheme = format!("{scheme}, seed {}", trained.seed);
        lines.push(("Validated by", scheme));
    }
    if let Some(score) = expected(model) {
        let claim = match with {
            With::File => " (what the file says, not checked here)",
            With::Card(_) => "",
        };
        lines.push(("Expected", format!("{score}{claim}")));
    }
    let (name, engine) = (algorithm_name(about), visible(&about.engine));
    let changed = changed(about);
    let changed = match changed.is_empty() {
        true => "parameters at their defaults".to_owned(),
        false => changed,
    };
    lines.push(("Model", format!("{name} on {engine}: {changed}")));
    lines
}

/// Parameters that are not at their defaults.
fn changed(about: &About) -> String {
    let defaults = algorithm(&about.algorithm).map(Params::defaults);
    let default = |name: &str| {
        let defaults = defaults.as_ref()?;
        let known = defaults.iter().find(|(p, _)| p.name == name)?;
        Some(known.1.to_string())
    };
    let other = about
        .params
        .iter()
        .filter(|p| default(&p.name).as_ref() != Some(&p.value));
    let words: Vec<String> = other
        .take(12)
        .map(|p| format!("{} = {}", visible(&p.name), visible(&p.value)))
        .collect();
    words.join(", ")
}
