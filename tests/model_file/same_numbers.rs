//! Every algorithm on every engine: fitted here, saved, and predicted with by the program.

use std::path::Path;
use std::sync::Arc;

use seefit::base::Cancel;
use seefit::data::{ReadOptions, open};
use seefit::model::{ALGORITHMS, Context, Params, Task};
use seefit::prepare::{Recipe, Role, Roles, SplitScheme};
use seefit::project::model_file::ModelFile;
use seefit::train::apply::apply;
use seefit::train::{Job, PreparedCache, Report, run_to_end};

use super::super::run::{Folder, json, seefit};

fn fitted(data: &str, target: Option<&str>, params: &Params) -> Option<(Arc<Job>, Arc<Report>)> {
    let table = open(data, &ReadOptions::default(), &Cancel::new()).unwrap();
    let target = target.map(|name| table.position(name).unwrap());
    let (mut roles, _) = Roles::guess(&table, target);
    if target.is_none() {
        let species = table.position("species").unwrap();
        roles.set(species, Role::Ignored);
    }
    let job = Arc::new(Job {
        table,
        roles,
        recipe: Recipe::default(),
        params: params.clone(),
        split: SplitScheme::Holdout { fraction: 0.2 },
        seed: 3,
        test: None,
    });
    let (cache, context) = (PreparedCache::default(), Context::default());
    let report = run_to_end(job.clone(), &cache, context, &Cancel::new());
    // Some cannot run on such data, and say so.
    Some((job, report.ok()?))
}

/// The columns that the program adds, row after row.
fn added(path: &str, columns: usize) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let tail = |record: csv::StringRecord| record.iter().skip(columns).map(str::to_owned).collect();
    reader
        .records()
        .map(|record| tail(record.unwrap()))
        .collect()
}

#[test]
fn every_model_predicts_through_a_file_what_it_predicts_here() {
    let folder = Folder::new("same-numbers");
    let mut tried = 0;
    for algorithm in ALGORITHMS {
        let data: &[(&str, Option<&str>)] = match algorithm.task {
            Task::Classification => &[("iris", Some("species")), ("penguins", Some("species"))],
            Task::Regression => &[
                ("diabetes", Some("target")),
                ("penguins", Some("body_mass_g")),
            ],
            Task::Clustering => &[("iris", None)],
        };
        for (data, target) in data {
            for engine in algorithm.engines.available {
                let mut params = Params::defaults(algorithm);
                params.ask_engine(Some(*engine));
                let Some((job, report)) = fitted(data, *target, &params) else {
                    continue;
                };
                let title = format!("{} on {} for {data}", algorithm.id, engine.id());
                let file = ModelFile::of(&job, &report).unwrap();
                let model = format!("{}/{}-{}-{data}", folder.path(), algorithm.id, engine.id());
                file.save(Path::new(&model)).unwrap();
                let out = format!("{model}.csv");
                let answer = json(&["predict", &model, data, "--out", &out]);
                assert_eq!(answer["rows"], job.table.rows(), "{title}");
                assert_eq!(answer["model"], algorithm.id);

                let pipeline = &file.pipeline;
                let here = apply(pipeline, &job.table, 1, &Cancel::new()).unwrap().0;
                let there = added(&out, job.table.columns().len());
                assert_eq!(there.len(), here.rows(), "{title}");
                for (row, cells) in there.iter().enumerate() {
                    let outputs = here.row(row);
                    assert_eq!(cells[0], pipeline.label(outputs), "{title}, row {row}");
                    let numbers: Vec<u64> = cells[1..]
                        .iter()
                        .map(|c| c.parse::<f64>().unwrap().to_bits())
                        .collect();
                    if pipeline.has_probabilities() {
                        let expected: Vec<u64> = outputs.iter().map(|p| p.to_bits()).collect();
                        assert_eq!(numbers, expected, "{title}, row {row}");
                    } else {
                        assert!(numbers.is_empty());
                    }
                    if algorithm.task == Task::Regression {
                        let number: f64 = cells[0].parse().unwrap();
                        assert_eq!(number.to_bits(), outputs[0].to_bits(), "{title}");
                    }
                }
                tried += 1;
            }
        }
    }
    assert!(tried >= 80, "{tried}");
}

#[test]
fn train_saves_and_predict_scores_beside_what_is_expected() {
    let folder = Folder::new("train-saves");
    let model = format!("{}/model", folder.path());
    let trained = json(&[
        "train",
        "penguins",
        "--target",
        "species",
        "--model",
        "knn_classifier",
        "--save",
        &model,
    ]);
    assert_eq!(trained["saved"], model.as_str());
    let warnings = trained["warnings"].to_string();
    assert!(warnings.contains("training rows"), "{warnings}");
    let answer = json(&["predict", &model, "penguins"]);
    for name in ["CA", "AUC", "LogLoss"] {
        let metric = &answer["metrics"][name];
        assert!(metric["pooled"].is_number(), "{name}: {metric}");
        assert_eq!(metric["expected"]["mean"], trained["metrics"][name]["mean"]);
    }
    assert_eq!(answer["target"], "species");
    let said = seefit(&["predict", &model, "penguins"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for part in ["prediction", "probability Adelie", "expected", "more rows"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}
