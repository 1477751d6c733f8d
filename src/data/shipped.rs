//! The data sets inside the program: real, small, each with its source and licence.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{Kind, Purpose, ReadOptions, Table, TableBuilder, csv};
use crate::base::{Cancel, Halt, Problem};

/// What `sample_data/index.json` says of a set.
#[derive(Debug, Deserialize)]
pub struct Shipped {
    /// What the command line calls it: `breast_cancer`.
    pub id: String,
    /// In `sample_data/`.
    pub file: String,
    /// What a person calls it: `Breast cancer`.
    pub name: String,
    pub purpose: Purpose,
    pub target: Option<String>,
    /// What it is and what it shows.
    pub text: String,
    /// Where it comes from.
    pub package: String,
    pub version: String,
    pub licence: String,
    pub licence_file: String,
    units: BTreeMap<String, String>,
    kinds: BTreeMap<String, Kind>,
    axes: (String, String),
    features: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Index {
    sets: Vec<Shipped>,
}

macro_rules! files {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_bytes!(concat!("../../sample_data/", $file)).as_slice())),*]
    };
}

/// By name, so that the program needs no folder beside it.
const FILES: [(&str, &[u8]); 26] = files![
    "iris.csv",
    "penguins.csv",
    "wine.csv",
    "breast_cancer.csv",
    "digits.csv",
    "titanic.csv",
    "seattle_weather.csv",
    "fuel_economy.csv",
    "diabetes.csv",
    "cars.csv",
    "tips.csv",
    "gapminder.csv",
    "engel.csv",
    "longley.csv",
    "linnerud.csv",
    "mammal_sleep.csv",
    "old_faithful.csv",
    "licences/explainerdashboard.txt",
    "licences/gapminder.txt",
    "licences/palmerpenguins.txt",
    "licences/penguins.txt",
    "licences/plotly.txt",
    "licences/plotnine.txt",
    "licences/scikit-learn.txt",
    "licences/statsmodels.txt",
    "licences/vega_datasets.txt",
];

fn file(name: &str) -> Option<&'static [u8]> {
    FILES
        .iter()
        .find(|(file, _)| *file == name)
        .map(|(_, bytes)| *bytes)
}

/// All of them, as they should be listed.
pub fn shipped() -> &'static [Shipped] {
    static SETS: OnceLock<Vec<Shipped>> = OnceLock::new();
    // A test holds that the index is right.
    SETS.get_or_init(|| {
        serde_json::from_str(include_str!("../../sample_data/index.json"))
            .map_or(Vec::new(), |index: Index| index.sets)
    })
}

/// By id or name, whatever the case.
pub fn shipped_named(name: &str) -> Option<&'static Shipped> {
    let name = name.trim();
    shipped()
        .iter()
        .find(|set| set.id.eq_ignore_ascii_case(name) || set.name.eq_ignore_ascii_case(name))
}

impl Shipped {
    /// Reads the set; kinds, units and target are those of the index.
    pub fn load(&self) -> Result<Table, Problem> {
        self.load_with(&ReadOptions::default())
    }

    /// As `load`, but what the person chose beats the index.
    pub fn load_with(&self, options: &ReadOptions) -> Result<Table, Problem> {
        let mut options = options.clone();
        let fixed = self.kinds.iter().map(|(name, kind)| (name.clone(), *kind));
        options.kinds = fixed.chain(options.kinds).collect();
        let bytes = file(&self.file).unwrap_or_default().to_vec();
        let table =
            csv::read(&self.file, bytes, &options, &Cancel::new()).map_err(|halt| match halt {
                Halt::Failed(problem) => problem,
                Halt::Cancelled => Problem::new("reading was cancelled"),
            })?;
        let mut builder = TableBuilder::new(&self.name).axes(&self.axes.0, &self.axes.1);
        if let Some(target) = &self.target {
            builder = builder.target(target);
        }
        if let Some(features) = &self.features {
            builder = builder.features(features.clone());
        }
        if let Some(guesses) = table.guesses() {
            builder = builder.guesses(guesses.clone());
        }
        for column in table.columns() {
            let mut column = column.clone();
            if let Some(unit) = self.units.get(&column.name) {
                column.unit = Some(unit.clone());
            }
            builder = builder.column(column);
        }
        for note in table.notes() {
            builder = builder.note(note.clone());
        }
        builder.build()
    }

    /// The licence's text.
    pub fn licence_text(&self) -> &'static str {
        file(&self.licence_file)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::guess_target;

    #[test]
    fn the_index_and_the_files_agree() {
        assert_eq!(shipped().len(), 17);
        let parsed: Result<Index, _> =
            serde_json::from_str(include_str!("../../sample_data/index.json"));
        parsed.unwrap();
        for set in shipped() {
            let table = set.load().unwrap();
            let has = |name: &str| assert!(table.column(name).is_some(), "{}: {name}", set.id);
            assert!(!set.licence_text().is_empty(), "{}", set.id);
            set.units
                .keys()
                .chain(set.kinds.keys())
                .for_each(|name| has(name));
            set.features
                .iter()
                .flatten()
                .chain([&set.axes.0, &set.axes.1])
                .for_each(|name| has(name));
            for (name, kind) in &set.kinds {
                assert_eq!(
                    table.column(name).map(|c| c.kind),
                    Some(*kind),
                    "{}: {name}",
                    set.id
                );
            }
            for axis in [&set.axes.0, &set.axes.1] {
                assert_eq!(
                    table.column(axis).map(|c| c.kind),
                    Some(Kind::Number),
                    "{}: {axis}",
                    set.id
                );
            }
            // A set of one feature is drawn over its target.
            assert_ne!(Some(&set.axes.0), set.target.as_ref());
            let target = set.target.as_deref().and_then(|name| table.column(name));
            match set.purpose {
                Purpose::Classification => {
                    assert!(target.unwrap().levels().len() >= 2, "{}", set.id)
                }
                Purpose::Regression => assert_eq!(target.unwrap().kind, Kind::Number, "{}", set.id),
                Purpose::Clustering => assert!(target.is_none(), "{}", set.id),
            }
            assert!(table.notes().is_empty(), "{}: {:?}", set.id, table.notes());
            assert_eq!(
                guess_target(&table),
                set.target.as_deref().and_then(|t| table.position(t))
            );
        }
    }

    #[test]
    fn penguins_as_the_first_start_shows_them() {
        let table = shipped_named("PENGUINS").unwrap().load().unwrap();
        assert_eq!((table.rows(), table.columns().len()), (344, 8));
        assert_eq!(
            table.suggested_axes(),
            Some(("bill_length_mm", "flipper_length_mm"))
        );
        assert_eq!(table.suggested_features().map(<[String]>::len), Some(2));
        let bill = table.column("bill_length_mm").unwrap();
        assert_eq!(
            (bill.title().as_str(), bill.missing.count()),
            ("bill_length_mm (mm)", 2)
        );
        assert_eq!(
            table.column("species").unwrap().levels(),
            ["Adelie", "Chinstrap", "Gentoo"]
        );
        assert_eq!(table.column("sex").unwrap().missing.count(), 11);
    }

    #[test]
    fn iris_is_scikit_learns_and_diabetes_is_exact() {
        let iris = shipped_named("iris").unwrap().load().unwrap();
        let at = |name: &str, row: usize| iris.column(name).unwrap().number(row);
        assert_eq!(
            (at("petal_width", 34), at("sepal_width", 37)),
            (Some(0.2), Some(3.6))
        );
        let diabetes = shipped_named("diabetes").unwrap().load().unwrap();
        assert_eq!(
            diabetes.columns()[0].number(0),
            Some(0.038_075_906_433_423_026)
        );
        assert_eq!((diabetes.rows(), diabetes.columns().len()), (442, 11));
        let digits = shipped_named("Digits").unwrap().load().unwrap();
        assert_eq!((digits.rows(), digits.columns().len()), (1797, 65));
        assert_eq!(digits.column("digit").unwrap().levels().len(), 10);
    }
}
