//! What goes in comes out; what is damaged opens as far as it goes and never breaks anything.

use std::sync::Arc;

use super::*;
use crate::base::{Cancel, Problem, Random};
use crate::data::{Column, Kind, Table, TableBuilder, Values, open as open_data};
use crate::evaluate::{Metric, Spread};
use crate::prepare::{Role, Scale, SplitScheme};
use crate::project::state::Axes;
use crate::project::{Command, History, LogRow};
use crate::train::sample::params;

fn data(spec: &str) -> Table {
    open_data(spec, &ReadOptions::default(), &Cancel::new()).unwrap()
}

/// Something of everything changed.
fn work() -> Work {
    let mut history = History::new(Project::new(data("iris")));
    history.apply(Command::Load(data("penguins")), None);
    let table = history.project().table.clone();
    let column = |name: &str| table.position(name).unwrap();
    let models: Vec<_> = history.project().models().iter().map(|m| m.id).collect();
    let mut recipe = history.project().recipe.clone();
    recipe.scale = Scale::MinMax;
    let forest = &[("n_estimators", "37"), ("max_depth", "none")];
    for command in [
        Command::AddModel(params("knn_classifier", &[("n_neighbors", "9")])),
        Command::AddModel(params("random_forest_classifier", forest)),
        Command::RemoveModel(models[0]),
        Command::HideModel {
            id: models[1],
            hidden: true,
        },
        Command::SetRole {
            column: column("body_mass_g"),
            role: Role::Feature,
        },
        Command::SetAxes(Axes::Columns {
            x: column("body_mass_g"),
            y: Some(column("bill_length_mm")),
        }),
        Command::SetRecipe(recipe),
        Command::SetSeed(u64::MAX - 3),
        Command::SetSplit {
            split: Some(SplitScheme::File {
                path: "held out.csv".into(),
            }),
            test: Some(data("iris")),
        },
    ] {
        assert!(
            history.apply(command.clone(), None).is_some(),
            "{command:?}"
        );
    }
    let mut view = View {
        tab: "compare".into(),
        open_cards: vec![models[1].0],
        cut: Some(7),
        ..View::default()
    };
    view.set_selection([1, 2, 3, 7, 300].into_iter());
    let row = LogRow {
        number: 1,
        when: 1_700_000_000,
        note: "“best” so far\n".into(),
        mean: Some(0.1 + 0.2),
        ..LogRow::default()
    };
    Work {
        project: history.project().clone(),
        view,
        origin: Origin {
            spec: "penguins".into(),
            ..Origin::default()
        },
        log: Arc::new(vec![row]),
        results: vec![SavedScores::new(
            crate::base::Hash128(5),
            &[(
                Metric::Accuracy,
                Spread::new(vec![Some(0.1), Some(0.4)], None),
            )],
        )],
    }
}

fn packed(work: &Work) -> Vec<u8> {
    pack(work, None, Data::Inside).unwrap()
}

fn unpacked(bytes: &[u8]) -> (Work, Vec<Problem>) {
    let opened = unpack(bytes, None).unwrap();
    let Whence::Inside(table) = &opened.whence else {
        panic!("{:?}", opened.whence);
    };
    let table = table.clone();
    opened.onto(table)
}

#[test]
fn all_of_it_comes_back() {
    let work = work();
    let bytes = packed(&work);
    assert_eq!(verify::verify(&work, &bytes), Ok(None));
    let (again, lost) = unpacked(&bytes);
    assert!(lost.is_empty(), "{lost:?}");
    let (old, new) = (&work.project, &again.project);
    assert_eq!(new.table.fingerprint(), old.table.fingerprint());
    assert_eq!(new.table.name(), "Penguins");
    assert_eq!(new.table.suggested_axes(), old.table.suggested_axes());
    assert_eq!(new.settings, old.settings);
    assert_eq!(new.models, old.models);
    assert_eq!(new.selected, old.selected);
    assert_eq!(new.next_id, old.next_id);
    assert_eq!(new.earlier, old.earlier);
    assert_eq!((&new.recipe, &new.split), (&old.recipe, &old.split));
    assert_eq!(new.seed, old.seed);
    let test = |p: &Project| p.test.as_ref().map(Table::fingerprint);
    assert_eq!(test(new), test(old));
    assert_eq!(again.view, work.view);
    assert_eq!(again.log, work.log);
    let keys =
        |p: &Project| -> Vec<_> { p.models().iter().map(|m| p.job(&m.params).key()).collect() };
    assert_eq!(keys(new), keys(old));
    // The same work is the same bytes.
    assert_eq!(packed(&again), bytes);
}

#[test]
fn tables_of_every_kind_come_back_to_the_bit() {
    let text = Column {
        name: "remark".into(),
        unit: None,
        kind: Kind::Text,
        values: Values::Text(vec!["ä\n".into(), "".into(), "x".into()].into()),
        missing: crate::data::Mask::from_rows([false, true, false].into_iter()),
    };
    let table = TableBuilder::new("odd “name”")
        .column(Column::numbers("n", vec![-0.0, f64::NAN, 5e-324]).with_unit("µm"))
        .column(Column::categories(
            "c",
            vec![1, u32::MAX, 0],
            vec!["no".into(), "yes, please".into()],
        ))
        .column(text)
        .note(Problem::new("a").at("b").fix("c"))
        .build()
        .unwrap();
    let back = table_from_bytes(&table_to_bytes(&table)).unwrap();
    assert_eq!(back.fingerprint(), table.fingerprint());
    assert_eq!(
        back.columns()[0].number(0).unwrap().to_bits(),
        (-0.0f64).to_bits()
    );
    assert_eq!(back.columns()[2], table.columns()[2]);
    assert_eq!((back.name(), back.notes()), (table.name(), table.notes()));
    let empty = TableBuilder::new("none").column(Column::numbers("x", vec![]));
    let empty = empty.build().unwrap();
    let back = table_from_bytes(&table_to_bytes(&empty)).unwrap();
    assert_eq!((back.rows(), back.columns().len()), (0, 1));
}

/// A head that promises more than there is must not be believed.
#[test]
fn promised_lengths_are_checked_against_what_is_there() {
    for rows in ["4294967294", "18446744073709551615", "1000000000"] {
        let head = format!(
            r#"{{"name":"t","rows":{rows},"columns":[{{"name":"a","kind":"number","missing":true}}]}}"#
        );
        let mut bytes = b"SEEFIT-1".to_vec();
        bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
        bytes.extend_from_slice(head.as_bytes());
        assert!(table_from_bytes(&bytes).is_err());
        bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(table_from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_thousand_damaged_files_never_break_and_say_what_is_lost() {
    let work = work();
    let bytes = packed(&work);
    let mut random = Random::new(20_261);
    let (mut refused, mut partly, mut whole) = (0, 0, 0);
    for round in 0..1000 {
        let mut damaged = bytes.clone();
        if round % 4 == 0 {
            damaged.truncate(random.below(bytes.len()));
        } else {
            for _ in 0..=random.below(8) {
                let at = random.below(damaged.len());
                damaged[at] ^= 1 << random.below(8);
            }
        }
        match unpack(&damaged, None) {
            Err(problem) => {
                assert!(problem.to_string().len() < 400);
                refused += 1;
            }
            Ok(opened) => {
                let table = match &opened.whence {
                    Whence::Inside(table) => table.clone(),
                    _ => data("iris"),
                };
                let (_, lost) = opened.onto(table);
                assert!(lost.iter().all(|l| l.to_string().len() < 600));
                if lost.is_empty() {
                    whole += 1
                } else {
                    partly += 1
                }
            }
        }
    }
    // Flips in what the zip format itself repeats do no harm; most others lose a part.
    assert!(
        partly > 300,
        "{refused} refused, {partly} partly, {whole} whole"
    );
    assert!(
        refused < 500,
        "{refused} refused, {partly} partly, {whole} whole"
    );
}

/// The same on the JSON inside: what a person or another program may have written there.
#[test]
fn a_thousand_odd_documents_never_break() {
    let work = work();
    let head = document::head(&work.project, document::DataPart::default(), None);
    let head = serde_json::to_vec(&head).unwrap();
    let models = serde_json::to_vec(&document::models(&work.project, &[])).unwrap();
    let table = table_to_bytes(&work.project.table);
    let mut random = Random::new(7);
    for _ in 0..1000 {
        let mut parts = [head.clone(), models.clone()];
        for part in &mut parts {
            for _ in 0..=random.below(3) {
                let at = random.below(part.len());
                part[at] = b"0123456789[]{}\",:-aeE "[random.below(22)];
            }
        }
        let bytes = zip_of(&[
            ("project.json", &parts[0]),
            ("models.json", &parts[1]),
            ("data.table", &table),
        ]);
        if let Ok(opened) = unpack(&bytes, None) {
            let (work, _) = opened.onto(work.project.table.clone());
            let ids: std::collections::HashSet<_> =
                work.project.models.iter().flatten().map(|m| m.id).collect();
            assert_eq!(ids.len(), work.project.models.iter().flatten().count());
            assert!(ids.iter().all(|id| id.0 > 0 && id.0 < work.project.next_id));
        }
    }
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn refused(bytes: &[u8]) -> String {
    unpack(bytes, None).unwrap_err().to_string()
}

#[test]
fn what_is_no_project_or_a_newer_one_says_so() {
    assert!(refused(b"").contains("no Seefit project"));
    assert!(refused(b"a,b\n1,2\n").contains("no Seefit project"));
    assert!(refused(&zip_of(&[("x.txt", b"x")])).contains("no Seefit project"));
    let other = zip_of(&[("project.json", br#"{"format":"other","version":1}"#)]);
    assert!(refused(&other).contains("no Seefit project"));
    // It opens as far as it goes, and what is lost is said: as an untitled copy.
    let newer = br#"{"format":"seefit-project","version":9,"seed":"of another kind"}"#;
    let newer = unpack(&zip_of(&[("project.json", newer)]), None).unwrap();
    let lost: Vec<String> = newer.lost.iter().map(ToString::to_string).collect();
    assert!(lost[0].contains("newer Seefit (file version 9"), "{lost:?}");
    assert!(lost.iter().any(|what| what.contains("seed")), "{lost:?}");
}

#[test]
fn two_parts_of_one_name_are_refused() {
    let head = br#"{"format":"seefit-project","version":1}"#;
    let mut bytes = zip_of(&[("project.json", head), ("project.jsom", head)]);
    while let Some(at) = memchr::memmem::find(&bytes, b"project.jsom") {
        bytes[at..at + 12].copy_from_slice(b"project.json");
    }
    assert!(refused(&bytes).contains("one name"), "{}", refused(&bytes));
    // Also where the list of parts is cut off.
    let end = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    assert!(refused(&bytes[..end]).contains("one name"));
}

#[test]
fn what_does_not_fit_is_named_and_the_rest_stands() {
    let head = br#"{"format":"seefit-project","version":1,"seed":-1,"split":"kfold:1",
        "recipe":{"scale":"min_max"},"roles":[["species","target"],["gone","feature"]]}"#;
    let models = br#"{"tasks":{"classification":{"selected":5,"models":[
        {"id":5,"letter":3,"algorithm":"knn_classifier","parameters":{"n_neighbors":"0"}},
        {"id":5,"letter":3,"algorithm":"gaussian_nb"},
        {"id":99999999999,"letter":99999999999,"algorithm":"ridge","parameters":7},
        {"algorithm":"\u202eevil"}, 17]},"regression":[],"clustering":{}}}"#;
    let bytes = zip_of(&[("project.json", head), ("models.json", models)]);
    let opened = unpack(&bytes, None).unwrap();
    assert!(matches!(opened.whence, Whence::Lost));
    let (work, lost) = opened.onto(data("penguins"));
    let lost: Vec<String> = lost.iter().map(Problem::to_string).collect();
    let all = lost.join("\n");
    for part in [
        "“seed”",
        "at least 2",
        "“gone”",
        "n_neighbors",
        "u{202e}evil",
        "log",
    ] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    let project = &work.project;
    assert_eq!(project.recipe.scale, Scale::MinMax);
    let cards: Vec<_> = project.models.iter().flatten().collect();
    let ids: Vec<&str> = cards.iter().map(|m| m.params.algorithm().id).collect();
    assert_eq!(ids, ["knn_classifier", "gaussian_nb", "ridge"]);
    assert_eq!(cards[0].badge(), "D");
    assert_eq!(cards[1].badge(), "A");
    assert_eq!(cards[0].params.size("n_neighbors"), 5);
    assert_eq!(project.selected[0], Some(ModelId(5)));
    assert!(cards[2].id.0 < 100);
}

#[test]
fn data_that_are_not_inside_are_named_in_full_and_not_touched() {
    let mut work = work();
    work.origin.spec = "measured/of today.csv".into();
    let bytes = pack(&work, None, Data::Apart).unwrap();
    let folder = Path::new("/no/such/folder");
    let opened = unpack(&bytes, Some(folder)).unwrap();
    let Whence::Elsewhere(other) = &opened.whence else {
        panic!("{:?}", opened.whence);
    };
    assert!(!other.is_ours());
    assert!(other.spec.starts_with("/no/such/folder") || cfg!(windows));
    assert!(other.spec.ends_with("of today.csv"));
    assert_eq!(opened.fingerprint(), Some(work.project.table.fingerprint()));
    work.origin.spec = "penguins".into();
    let bytes = pack(&work, None, Data::Apart).unwrap();
    let Whence::Elsewhere(ours) = unpack(&bytes, None).unwrap().whence else {
        panic!();
    };
    assert!(ours.is_ours());
    let table = ours.read(&Cancel::new()).unwrap();
    assert_eq!(table.fingerprint(), work.project.table.fingerprint());
}

#[test]
fn saving_replaces_the_old_file_only_by_a_whole_one() {
    let folder = std::env::temp_dir().join(format!("seefit-project-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("p.seefit");
    let mut work = work();
    assert_eq!(save(&work, &path), Ok(None));
    let first = std::fs::read(&path).unwrap();
    // Large data that came from nowhere cannot be saved; what was there stays.
    let values = |seed| {
        let mut random = Random::new(seed);
        (0..2_000_000).map(|_| random.uniform()).collect()
    };
    let large = TableBuilder::new("large")
        .column(Column::numbers("a", values(1)))
        .column(Column::numbers("b", values(2)))
        .build()
        .unwrap();
    work.project.load(large);
    work.origin = Origin::default();
    let problem = save(&work, &path).unwrap_err().to_string();
    assert!(problem.contains("too large"), "{problem}");
    assert_eq!(std::fs::read(&path).unwrap(), first);
    work.origin.spec = folder.join("large.csv").to_string_lossy().into_owned();
    std::fs::write(&work.origin.spec, "a,b\n").unwrap();
    let note = save(&work, &path).unwrap().unwrap().to_string();
    assert!(note.contains("large.csv"), "{note}");
    let opened = open(&path).unwrap();
    let Whence::Elsewhere(other) = &opened.whence else {
        panic!();
    };
    assert_eq!(Path::new(&other.spec), folder.join("large.csv"));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Writes the file that the next test reads; run once for each new version, then never again.
#[test]
#[ignore = "makes a file of the source"]
fn write_the_file_of_this_version() {
    let mut project = Project::new(data("moons:n=60,noise=0.2,seed=1"));
    project.add(params("knn_classifier", &[("n_neighbors", "9")]));
    project.seed = 7;
    let row = LogRow {
        number: 1,
        note: "kept".into(),
        ..LogRow::default()
    };
    let work = Work {
        project,
        view: View {
            tab: "compare".into(),
            ..View::default()
        },
        origin: Origin::default(),
        log: Arc::new(vec![row]),
        results: Vec::new(),
    };
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/version-1.seefit");
    std::fs::write(path, packed(&work)).unwrap();
}

/// A file of each version that ever was opens with all that it holds.
#[test]
fn a_file_of_version_1_opens() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/version-1.seefit");
    let (work, lost) = unpacked(&std::fs::read(path).unwrap());
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(work.project.table.rows(), 60);
    assert_eq!(work.project.seed, 7);
    let cards = work.project.models();
    assert_eq!(cards.len(), 4);
    assert_eq!(cards[3].params.size("n_neighbors"), 9);
    assert_eq!(work.view.tab, "compare");
    assert_eq!(work.log[0].note, "kept");
}

#[test]
fn results_that_make_no_sense_are_named_and_lost() {
    let mut damaged = work();
    let first = damaged.results[0].scores[0].clone();
    damaged.results[0].scores.push(first);
    let (back, lost) = unpacked(&packed(&damaged));
    assert!(back.results.is_empty());
    let lost: Vec<String> = lost.iter().map(ToString::to_string).collect();
    assert_eq!(lost, ["1 saved results cannot be read."]);
}

/// Settings of earlier data sets are for a table of any width until one comes with their fingerprint.
#[test]
fn roles_for_another_width_are_not_taken_over() {
    let iris = data("iris");
    let fingerprint = crate::project::log::hex(iris.fingerprint());
    for (roles, x) in [(9, 0), (2, 0), (5, 0), (5, 7)] {
        let mut earlier = vec!["feature"; roles];
        earlier[roles - 1] = "target";
        let head = serde_json::json!({
            "format": document::FORMAT, "version": 1,
            "earlier": [{"fingerprint": fingerprint, "roles": earlier, "x": x}],
        });
        let bytes = zip_of(&[("project.json", head.to_string().as_bytes())]);
        let (work, _) = unpack(&bytes, None).unwrap().onto(data("penguins"));
        let mut project = work.project;
        Command::Load(iris.clone()).apply(&mut project);
        assert_eq!(project.settings.roles.len(), 5);
        assert_eq!(project.task(), crate::model::Task::Classification);
        let Axes::Columns { x, y } = project.settings.axes else {
            panic!("{roles}")
        };
        assert!(x < 5 && y.is_none_or(|y| y < 5), "{roles}");
        let taken = project.settings.axes == Axes::Columns { x: 0, y: None };
        assert_eq!(taken, (roles, x) == (5, 0), "{roles}");
    }
}

/// A column of text stays a feature where the recipe says how it is used; also when read again.
#[test]
fn words_stay_features() {
    let mut work = work();
    let table = TableBuilder::new("t")
        .column(Column::numbers("n", vec![1.0, 2.0, 3.0]))
        .column(Column::texts(
            "remark",
            ["a b", "c d", "e f"].map(|t| Some(t.into())).into(),
        ))
        .column(Column::texts(
            "name",
            ["x", "y", "z"].map(|t| Some(t.into())).into(),
        ))
        .build()
        .unwrap();
    Command::Load(table.clone()).apply(&mut work.project);
    let recipe = &mut work.project.recipe;
    recipe.texts.insert("remark".into(), Default::default());
    for column in [1, 2] {
        work.project.settings.roles.set(column, Role::Feature);
    }
    let (mut back, _) = unpacked(&packed(&work));
    let roles = |project: &Project| [1, 2].map(|at| project.settings.roles.get(at));
    assert_eq!(back.project.recipe, work.project.recipe);
    let [remark, name] = roles(&back.project);
    assert!(remark == Role::Feature && name != Role::Feature);
    let again = table.with_kind("n", Kind::Category).unwrap();
    Command::Reread(again).apply(&mut back.project);
    assert_eq!(roles(&back.project)[0], Role::Feature);
}

#[test]
fn a_recipe_and_options_from_a_file_are_checked() {
    let head = serde_json::json!({
        "format": document::FORMAT, "version": 1,
        "data": {"origin": {"spec": "pictures", "options": {"image_size": u64::MAX, "delimiter": 34}}},
        "recipe": {
            "one_hot_limit": u64::MAX,
            "texts": {"t": {"ngram_range": [0, 255], "max_features": 0,
                "max_df": {"share": -3.0}}},
            "select": {"Best": 0},
            "project": {"Pca": {"n_components": 0, "whiten": false}},
        },
    });
    let bytes = zip_of(&[("project.json", head.to_string().as_bytes())]);
    let (work, _) = unpack(&bytes, None).unwrap().onto(data("iris"));
    assert_eq!(work.origin.options, ReadOptions::default());
    let recipe = &work.project.recipe;
    assert_eq!(recipe.one_hot_limit, 1000);
    assert_eq!(recipe.select, crate::prepare::Select::Best(1));
    let project = crate::prepare::Project::parse("pca:1").unwrap();
    assert_eq!(recipe.project, project);
    let expected = crate::prepare::TextFeatures::parse("tf_idf:ngram_range=1-3,max_features=1");
    let mut expected = expected.unwrap();
    expected.max_df = crate::prepare::Documents::Share(crate::prepare::Threshold(0.0));
    assert_eq!(recipe.texts["t"], expected);
}
