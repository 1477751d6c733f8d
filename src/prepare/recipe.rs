//! The steps between a table and a matrix, and their fit on training rows.

use std::collections::BTreeMap;

use super::bag::FittedBag;
use super::dates::{Dates, FittedDates};
use super::encode::Levels;
use super::fitted::{Encoding, FittedFeature, FittedRecipe, OutputColumn};
use super::impute::{self, ImputeCategories, ImputeNumbers};
use super::reduce::{self, Project, Reduction, Select};
use super::scale::{Affine, Scale, Scaling};
use super::text::TextFeatures;
use crate::base::{Cancel, Halt, Hasher128, Outcome, Problem};
use crate::data::{Column, Kind, Table, Values};
use crate::numeric::{Labels, Matrix};

/// What to do with the features: impute, then encode or scale, then select and project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Recipe {
    pub impute_numbers: ImputeNumbers,
    pub impute_categories: ImputeCategories,
    pub scale: Scale,
    /// A category gets at most this many columns; rarer levels share one more, `column=other`.
    pub one_hot_limit: usize,
    /// How date columns are used, by their names; those not named become their parts.
    pub dates: BTreeMap<String, Dates>,
    /// How columns of text are used, by their names; one not named cannot be a feature.
    pub texts: BTreeMap<String, TextFeatures>,
    /// Which columns go on.
    pub select: Select,
    /// What those are projected to.
    pub project: Project,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe {
            impute_numbers: ImputeNumbers::default(),
            impute_categories: ImputeCategories::default(),
            scale: Scale::default(),
            one_hot_limit: 20,
            dates: BTreeMap::new(),
            texts: BTreeMap::new(),
            select: Select::All,
            project: Project::None,
        }
    }
}

/// Rows between two looks at the cancel flag.
const BLOCK: usize = 1 << 16;
/// Columns of one category, at most.
const MOST_LEVELS: usize = 1000;

impl Recipe {
    /// Learns medians, levels, means and deviations from `rows` of `table` and nothing else.
    ///
    /// `features` are column indices; `rows` the training rows; `scaling` is what `scale` resolves
    /// to for the method at hand. Fails where there is nothing to learn from, and where a feature is
    /// text and `texts` does not say how it is used.
    pub fn fit(
        &self,
        table: &Table,
        features: &[usize],
        rows: &[u32],
        scaling: Scaling,
        cancel: &Cancel,
    ) -> Outcome<FittedRecipe> {
        if features.is_empty() {
            let problem = Problem::new("no feature is chosen");
            Err(problem.fix("Choose at least one column as a feature"))?;
        }
        if rows.is_empty() {
            Err(Problem::new("there are no rows to learn from"))?;
        }
        let mut fitted = Vec::with_capacity(features.len());
        let mut outputs = Vec::new();
        let mut notes = Vec::new();
        for &source in features {
            let Some(column) = table.columns().get(source) else {
                return Err(Problem::new("a feature is not in the table").into());
            };
            let first_output = outputs.len();
            let mut note = |text: String| {
                notes.push(Problem::new(text).at(format!("Column {}", column.name)));
            };
            let encoding = match &column.values {
                Values::Number(_) => {
                    let number = self.fit_number(column, rows, scaling, cancel, &mut note)?;
                    let (number, dates) = number;
                    let place = fitted.len();
                    let mut put = |name: String, affine: Affine| {
                        outputs.push(OutputColumn {
                            name,
                            source,
                            feature: place,
                            level: None,
                            dummy: false,
                            shift: affine.shift,
                            scale: affine.scale,
                        });
                    };
                    match dates {
                        Some(dates) => {
                            for (part, affine) in &dates.parts {
                                put(format!("{}.{}", column.name, part.name()), *affine);
                            }
                            note(format!("it is used as {}", dates.described()));
                            Encoding::Dates(dates)
                        }
                        None => {
                            put(column.name.clone(), number.affine);
                            Encoding::Number(number)
                        }
                    }
                }
                Values::Category { .. } => {
                    let (levels, names) = self.fit_levels(column, rows, cancel, &mut note)?;
                    outputs.extend(names.into_iter().map(|output| OutputColumn {
                        name: format!("{}={}", column.name, output.name),
                        source,
                        feature: fitted.len(),
                        level: output.level,
                        dummy: true,
                        shift: 0.0,
                        scale: 1.0,
                    }));
                    Encoding::Levels(levels)
                }
                Values::Text(texts) => {
                    let bag = self.fit_text(column, texts, rows, cancel)?;
                    let place = fitted.len();
                    outputs.extend(bag.terms.iter().map(|term| OutputColumn {
                        name: format!("{}={term}", column.name),
                        source,
                        feature: place,
                        level: None,
                        dummy: false,
                        shift: 0.0,
                        scale: 1.0,
                    }));
                    note(format!("it is used as {}", bag.described()));
                    Encoding::Bag(bag)
                }
            };
            fitted.push(FittedFeature {
                name: column.name.clone(),
                source,
                kind: column.kind,
                first_output,
                encoding,
            });
        }
        if outputs.is_empty() {
            let problem = Problem::new("no feature has a value in the rows to learn from");
            Err(problem.fix("Choose other features"))?;
        }
        super::fitted::refuse_too_wide(rows.len(), outputs.len(), &fitted)?;
        Ok(FittedRecipe::new(
            fitted,
            outputs,
            scaling,
            rows.len(),
            notes,
        ))
    }

    /// With every number within what can be asked for: a recipe that was read from a file holds
    /// whatever stands there.
    pub fn checked(mut self) -> Self {
        self.one_hot_limit = self.one_hot_limit.clamp(1, MOST_LEVELS);
        self.texts.values_mut().for_each(TextFeatures::check);
        self.select = self.select.checked();
        self.project = self.project.checked();
        self
    }

    /// Whether [`Recipe::reduce`] has anything to do.
    pub fn reduces(&self) -> bool {
        self.select != Select::All || self.project != Project::None
    }

    /// Learns which columns to select and what to project them to, from the training rows that
    /// `fitted` has learned from, encoded by it, and their labels. Fails where a step needs labels and
    /// there are none.
    pub fn reduce(
        &self,
        fitted: FittedRecipe,
        encoded: &Matrix,
        y: Option<&Labels>,
        cancel: &Cancel,
    ) -> Outcome<FittedRecipe> {
        if !self.reduces() {
            return Ok(fitted);
        }
        let (select, project) = (self.select, self.project);
        let found = Reduction::fit(select, project, encoded, fitted.outputs(), y, cancel)?;
        Ok(fitted.reduced(found))
    }

    fn fit_number(
        &self,
        column: &Column,
        rows: &[u32],
        scaling: Scaling,
        cancel: &Cancel,
        note: &mut impl FnMut(String),
    ) -> Outcome<(FittedNumber, Option<FittedDates>)> {
        let mut values = Vec::with_capacity(rows.len());
        for block in rows.chunks(BLOCK) {
            cancel.check()?;
            values.extend(block.iter().filter_map(|&row| column.number(row as usize)));
        }
        let missing = rows.len() - values.len();
        // The order of rows is kept for sums, so the median works on a copy.
        let typical = impute::median(&mut values.clone());
        cancel.check()?;
        let fill = match self.impute_numbers {
            ImputeNumbers::Median => typical,
            ImputeNumbers::Mean => impute::mean(&values),
            ImputeNumbers::Zero => Some(0.0),
        };
        match (missing, typical) {
            (_, None) => note("it has no values in the rows to learn from; 0 stands in".into()),
            (0, _) => {}
            _ => note(format!(
                "{} filled with the {}",
                missing_values(missing),
                match self.impute_numbers {
                    ImputeNumbers::Median => "median",
                    ImputeNumbers::Mean => "mean",
                    ImputeNumbers::Zero => "number 0",
                }
            )),
        }
        let fill = fill.unwrap_or(0.0);
        // Scaling sees the filled column, as a scaler behind an imputer does.
        values.resize(rows.len(), fill);
        let dates = self.dates.get(&column.name).copied().unwrap_or_default();
        let in_parts = column.kind == Kind::Date && dates == Dates::Parts;
        let affine = Affine::fit(scaling, &values);
        cancel.check()?;
        let typical = typical.unwrap_or(fill);
        let dates = in_parts.then(|| FittedDates::fit(&values, fill, typical, scaling));
        cancel.check()?;
        let number = FittedNumber {
            fill,
            typical,
            affine,
        };
        Ok((number, dates))
    }

    fn fit_text(
        &self,
        column: &Column,
        texts: &[Box<str>],
        rows: &[u32],
        cancel: &Cancel,
    ) -> Outcome<FittedBag> {
        let place = || format!("Column {}", column.name);
        let Some(settings) = self.texts.get(&column.name) else {
            return Err(Problem::new("text cannot be a feature as it is")
                .at(place())
                .fix("Use its words, read it as a category, or ignore it")
                .into());
        };
        let text = |row: &u32| match column.missing.is_missing(*row as usize) {
            true => "",
            false => &*texts[*row as usize],
        };
        let fitted = FittedBag::fit(rows.iter().map(text), settings, cancel);
        fitted.map_err(|halt| match halt {
            Halt::Failed(problem) => Halt::Failed(problem.at(place())),
            halt => halt,
        })
    }

    fn fit_levels(
        &self,
        column: &Column,
        rows: &[u32],
        cancel: &Cancel,
        note: &mut impl FnMut(String),
    ) -> Outcome<(Levels, Vec<super::encode::LevelOutput>)> {
        let mut counts = vec![0u32; column.levels().len()];
        let mut missing = 0;
        for block in rows.chunks(BLOCK) {
            cancel.check()?;
            for &row in block {
                match column.code(row as usize) {
                    Some(code) => counts[code as usize] += 1,
                    None => missing += 1,
                }
            }
        }
        let limit = self.one_hot_limit.max(1);
        let (levels, outputs) =
            Levels::fit(column, &counts, missing, self.impute_categories, limit);
        let seen = counts.iter().filter(|count| **count > 0).count();
        if seen > limit && column.kind != Kind::YesNo {
            note(format!(
                "it has {seen} levels; the {limit} most frequent have columns of their own, the \
                 others share “{}=other”",
                column.name
            ));
        }
        match levels.typical {
            None => note("it has no values in the rows to learn from".into()),
            Some(level)
                if missing > 0 && self.impute_categories == ImputeCategories::MostFrequent =>
            {
                note(format!(
                    "{} filled with the most frequent level, {}",
                    missing_values(missing),
                    column.levels()[level as usize]
                ));
            }
            Some(_) => {}
        }
        Ok((levels, outputs))
    }

    #[expect(
        clippy::should_implement_trait,
        reason = "stable hashes, which std's are not"
    )]
    pub fn hash(&self, hasher: &mut Hasher128) {
        hasher
            .word(self.impute_numbers as u64)
            .word(self.impute_categories as u64)
            .word(self.scale as u64)
            .word(self.one_hot_limit as u64);
        for (name, dates) in &self.dates {
            hasher.text(name).word(*dates as u64);
        }
        // Where there are none, jobs keep the keys that they have had.
        for (name, text) in &self.texts {
            text.hash(hasher.text(name));
        }
        reduce::hash(self.select, self.project, hasher);
    }
}

fn missing_values(count: usize) -> String {
    match count {
        1 => "1 missing value is".into(),
        _ => format!("{count} missing values are"),
    }
}

/// A number or date: what fills its gaps, what stands for it, how it is scaled.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct FittedNumber {
    pub fill: f64,
    /// The median of the training rows.
    pub typical: f64,
    pub affine: Affine,
}

impl FittedNumber {
    /// Gives numbers for numbers: false only for a damaged file.
    pub fn is_sound(&self) -> bool {
        let affine = self.affine;
        [self.fill, self.typical, affine.shift, affine.scale]
            .iter()
            .all(|value| value.is_finite())
            && affine.scale > 0.0
    }
}
