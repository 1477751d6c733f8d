use super::*;
use crate::base::Cancel;
use crate::data::{Column, TableBuilder};
use crate::model::Context;
use crate::prepare::{Project, Recipe, Role, Select, TextFeatures};
use crate::train::sample::{job, params, shared, table};
use crate::train::{PreparedCache, run_to_end};

fn file(id: &str) -> ModelFile {
    of_job(shared(table(60), params(id, &[])))
}

fn of_job(job: Arc<Job>) -> ModelFile {
    let (cache, context) = (PreparedCache::default(), Context::default());
    let report = run_to_end(job.clone(), &cache, context, &Cancel::new()).unwrap();
    ModelFile::of(&job, &report).unwrap()
}

/// The file with its header changed, and a checksum that fits.
fn changed(bytes: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let (header, state) = container::unpack(bytes).unwrap();
    let mut header = serde_json::from_slice(header).unwrap();
    change(&mut header);
    container::pack(&serde_json::to_vec(&header).unwrap(), state)
}

fn refused(bytes: &[u8]) -> String {
    ModelFile::from_bytes(bytes).unwrap_err().to_string()
}

#[test]
fn all_that_is_told_comes_back() {
    let file = file("random_forest_classifier");
    let back = ModelFile::from_bytes(&file.to_bytes().unwrap()).unwrap();
    assert_eq!(back.about, file.about);
    assert_eq!(back.pipeline.columns, file.pipeline.columns);
    assert_eq!(back.pipeline.target, file.pipeline.target);
    assert_eq!(&*back.pipeline.classes, ["no", "yes"]);
    assert_eq!(
        back.pipeline.recipe.outputs(),
        file.pipeline.recipe.outputs()
    );
    let set = back.about.params().unwrap();
    assert_eq!(set.algorithm().id, "random_forest_classifier");
    assert_eq!(
        set.size("n_estimators"),
        params("random_forest_classifier", &[]).size("n_estimators")
    );
    assert!(back.about.score(Metric::Accuracy).unwrap().std.is_some());
    assert!(back.about.trained_on.date.starts_with("20"));
}

/// A model sees other columns than the table's where some are selected or all projected.
#[test]
fn a_model_of_selected_or_projected_columns_is_saved_and_predicts_the_same() {
    for (select, project, width) in [("1", "none", 1), ("none", "pca:1", 1), ("2", "lda:1", 1)] {
        for id in [
            "logistic_regression",
            "decision_tree_classifier",
            "knn_classifier",
        ] {
            let recipe = Recipe {
                select: Select::parse(select).unwrap(),
                project: Project::parse(project).unwrap(),
                ..Recipe::default()
            };
            let file = of_job(Arc::new(Job {
                recipe,
                ..job(table(60), params(id, &[]))
            }));
            let bytes = file.to_bytes().unwrap();
            let back = ModelFile::from_bytes(&bytes).unwrap();
            let said = |file: &ModelFile| {
                let rows: Vec<u32> = (0..60).collect();
                let (pipeline, cancel) = (&file.pipeline, Cancel::new());
                let x = pipeline.recipe.apply(&table(60), &rows, &cancel).unwrap();
                assert_eq!(x.columns(), width);
                let mut out = vec![0.0; 60 * pipeline.model.outputs()];
                let done = pipeline.model.predict(x.values(), width, &mut out, &cancel);
                done.unwrap();
                out
            };
            assert_eq!(said(&back), said(&file), "{id} {select} {project}");
            // A model of two columns behind a projection to one is none.
            let wide = changed(&bytes, |header| {
                header["recipe"]["reduction"] = serde_json::Value::Null;
            });
            assert!(
                ModelFile::from_bytes(&wide).is_err(),
                "{id} {select} {project}"
            );
        }
    }
}

#[test]
fn it_says_whether_words_travel() {
    let texts = ["good eggs", "bad eggs", "good milk"]
        .iter()
        .cycle()
        .take(60);
    let remark = Column::texts("remark", texts.map(|t| Some((*t).into())).collect());
    let plain = table(60);
    let builder = plain.columns().iter().cloned();
    let builder = builder.fold(TableBuilder::new("t"), TableBuilder::column);
    let mut with_words = job(
        builder.column(remark).build().unwrap(),
        params("gaussian_nb", &[]),
    );
    with_words.roles.set(3, Role::Feature);
    with_words
        .recipe
        .texts
        .insert("remark".into(), TextFeatures::default());
    let said = of_job(Arc::new(with_words)).what_travels();
    assert!(
        said.contains("every word learned from the texts (remark)"),
        "{said}"
    );
    assert!(!file("gaussian_nb").what_travels().contains("word"));
}

#[test]
fn it_says_whether_rows_travel() {
    assert!(
        file("decision_tree_classifier")
            .what_travels()
            .contains("no row of the data")
    );
    let knn = file("knn_classifier");
    assert!(knn.what_travels().contains("all 60 training rows"));
    let back = ModelFile::from_bytes(&knn.to_bytes().unwrap()).unwrap();
    assert_eq!(
        (back.rows_inside, back.what_travels()),
        (60, knn.what_travels())
    );
}

#[test]
fn what_is_none_newer_or_cut_is_told() {
    let bytes = file("gaussian_nb").to_bytes().unwrap();
    assert!(refused(b"").contains("no model file"));
    assert!(refused(b"a,b\n1,2\n").contains("no model file"));
    let mut newer = bytes.clone();
    newer[13] = b'2';
    assert!(
        refused(&newer).contains("newer version of Seefit (format 2"),
        "{}",
        refused(&newer)
    );
    assert!(refused(&bytes[..bytes.len() - 1]).contains("cut short"));
    assert!(refused(&bytes[..20]).contains("cut short"));
    let mut flipped = bytes.clone();
    flipped[40] ^= 4;
    assert!(refused(&flipped).contains("changed"));
}

#[test]
fn double_names_and_parts_that_do_not_fit_are_refused() {
    let bytes = file("gaussian_nb").to_bytes().unwrap();
    let twice = |header: &mut serde_json::Value, list: &str| {
        let list = header.pointer_mut(list).unwrap().as_array_mut().unwrap();
        let first = list[0].clone();
        list.push(first);
    };
    for list in ["/columns", "/classes", "/about/scores", "/about/params"] {
        let said = refused(&changed(&bytes, |header| twice(header, list)));
        assert!(said.contains("one name"), "{list}: {said}");
    }
    type Change = fn(&mut serde_json::Value);
    let changes: [Change; 9] = [
        |header| header["target"]["name"] = "a".into(),
        |header| header["columns"][0]["kind"] = "category".into(),
        |header| header["columns"][0]["name"] = "other".into(),
        |header| header["classes"] = serde_json::json!(["no"]),
        |header| header["task"] = "regression".into(),
        |header| header["task"] = "astrology".into(),
        |header| header["model"]["kind"] = "tree".into(),
        |header| header["model"]["bytes"] = 3.into(),
        |header| header["recipe"] = serde_json::json!({}),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let damaged = ModelFile::from_bytes(&changed(&bytes, change));
        assert!(damaged.is_err(), "change {number}");
    }
    // A field given twice.
    let (header, state) = container::unpack(&bytes).unwrap();
    let text = String::from_utf8(header.to_vec()).unwrap();
    let twice = text.replacen("\"task\":", "\"task\":\"clustering\",\"task\":", 1);
    assert_ne!(text, twice);
    let said = refused(&container::pack(twice.as_bytes(), state));
    assert!(said.contains("duplicate field"), "{said}");
}
