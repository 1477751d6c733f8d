//! Ten models at once, as the compare mode asks for them: how long until each has a first score on held-out
//! rows, and until it has its report.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use seefit::base::Cancel;
use seefit::data::{self, ReadOptions};
use seefit::model::{Params, algorithm};
use seefit::project::Project;
use seefit::train::{After, Emit, Event, Live, Wanted};

/// A generator with a place for the number of rows, and its ten models.
const CASES: [(&str, [&str; 10]); 2] = [
    (
        "moons:noise=0.3,n=",
        [
            "logistic_regression",
            "sgd_classifier",
            "lda_classifier",
            "qda_classifier",
            "knn_classifier",
            "decision_tree_classifier",
            "random_forest_classifier",
            "gradient_boosting_classifier",
            "gaussian_nb",
            "mlp_classifier",
        ],
    ),
    (
        "friedman:n=",
        [
            "linear_regression",
            "ridge",
            "lasso",
            "elastic_net",
            "polynomial_regression",
            "sgd_regressor",
            "knn_regressor",
            "decision_tree_regressor",
            "random_forest_regressor",
            "gradient_boosting_regressor",
        ],
    ),
];
const LONGEST: Duration = Duration::from_secs(60);

pub fn measure(rows: usize) -> Result<(), String> {
    for (generator, models) in CASES {
        let name = format!("{generator}{rows}");
        let table = data::open(&name, &ReadOptions::default(), &Cancel::new());
        let project = Project::new(table.map_err(|halt| format!("{name}: {halt:?}"))?);
        let (sender, events) = channel();
        let live = Live::new(Emit::new(sender, || ()));
        let algorithms = models.iter().filter_map(|id| algorithm(id));
        let wanted: Vec<Wanted> = algorithms
            .enumerate()
            .map(|(slot, algorithm)| Wanted {
                job: project.job(&Params::defaults(algorithm)),
                slot: slot as u64,
                selected: slot == 0,
                scored: false,
                after: After::default(),
            })
            .collect();
        println!("\n{name}, milliseconds to the first score and to the report");
        let begun = Instant::now();
        live.want(&wanted);
        let mut first = vec![None; wanted.len()];
        let mut last = first.clone();
        while last.iter().any(Option::is_none) && begun.elapsed() < LONGEST {
            let Ok(event) = events.recv_timeout(Duration::from_millis(100)) else {
                continue;
            };
            let now = begun.elapsed().as_millis();
            let (key, scored, ended) = match &event {
                Event::CurvePoint {
                    key,
                    point,
                    over_parameter: false,
                } => (key, point.validation.iter().any(Option::is_some), false),
                Event::Finished { key, .. } => (key, true, true),
                Event::Failed { key, .. } => (key, false, true),
                _ => continue,
            };
            for (at, wanted) in wanted.iter().enumerate() {
                if wanted.job.key() == *key {
                    first[at] = first[at].or(scored.then_some(now));
                    last[at] = last[at].or(ended.then_some(now));
                }
            }
        }
        let text = |ms: &Option<u128>| ms.map_or("none".to_owned(), |ms| ms.to_string());
        for ((wanted, first), last) in wanted.iter().zip(&first).zip(&last) {
            let id = wanted.job.params.algorithm().id;
            println!("{id:32} {:>7} {:>7}", text(first), text(last));
        }
    }
    Ok(())
}
