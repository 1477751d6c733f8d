//! A recipe that has learned from training rows: turns tables into matrices.

use std::sync::Arc;

use super::bag::{self, BagWriter, FittedBag};
use super::dates::FittedDates;
use super::encode::{Levels, NONE};
use super::recipe::FittedNumber;
use super::reduce::Reduction;
use super::scale::{Affine, Scaling};
use crate::base::{Cancel, Outcome, Problem};
use crate::data::{Column, Kind, Table, Values};
use crate::numeric::Matrix;

/// One column of the matrix.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct OutputColumn {
    /// `flipper_length_mm`, `island=Torgersen`, `hatched.month`, or `remark=eggs`.
    pub name: String,
    /// The table's column it comes from.
    pub source: usize,
    /// The position of that column among the features.
    pub feature: usize,
    /// The level that is 1 here (code in the training table); `None` for numbers, parts of dates and
    /// words, and for `column=other` and `column=missing`.
    pub level: Option<u32>,
    /// A 0/1 column made of a category.
    pub dummy: bool,
    /// `matrix value = (original value - shift) / scale`.
    pub shift: f64,
    pub scale: f64,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) enum Encoding {
    Number(FittedNumber),
    Levels(Levels),
    Dates(FittedDates),
    Bag(FittedBag),
}

impl Encoding {
    pub fn width(&self) -> usize {
        match self {
            Encoding::Number(_) => 1,
            Encoding::Levels(levels) => levels.width as usize,
            Encoding::Dates(dates) => dates.parts.len(),
            Encoding::Bag(bag) => bag.width(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct FittedFeature {
    pub name: String,
    pub source: usize,
    pub kind: Kind,
    pub first_output: usize,
    pub encoding: Encoding,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Inner {
    features: Vec<FittedFeature>,
    outputs: Vec<OutputColumn>,
    scaling: Scaling,
    training_rows: usize,
    /// Selected and projected columns.
    #[serde(default)]
    reduction: Option<Reduction>,
    #[serde(skip)]
    notes: Vec<Problem>,
}

/// What [`Recipe::fit`](super::Recipe::fit) learned. Cloning costs a counter.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct FittedRecipe {
    inner: Arc<Inner>,
}

/// Read from a file, where anything may stand.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Unchecked(Arc<Inner>);

impl From<FittedRecipe> for Unchecked {
    fn from(fitted: FittedRecipe) -> Self {
        Unchecked(fitted.inner)
    }
}

impl TryFrom<Unchecked> for FittedRecipe {
    type Error = Problem;

    fn try_from(Unchecked(inner): Unchecked) -> Result<Self, Problem> {
        if inner.is_sound() {
            Ok(FittedRecipe { inner })
        } else {
            Err(Problem::new(
                "the fitted preparation in the file is damaged",
            ))
        }
    }
}

impl Inner {
    /// Whether everything points where there is something: false only for a damaged file.
    fn is_sound(&self) -> bool {
        let mut outputs = self.outputs.iter();
        let mut names = std::collections::HashSet::new();
        let mut next = 0;
        for (place, feature) in self.features.iter().enumerate() {
            let width = feature.encoding.width();
            let (sound, levels) = match &feature.encoding {
                Encoding::Number(number) => (
                    matches!(feature.kind, Kind::Number | Kind::Date) && number.is_sound(),
                    0,
                ),
                Encoding::Levels(levels) => (
                    matches!(feature.kind, Kind::Category | Kind::YesNo) && levels.is_sound(),
                    levels.names.len(),
                ),
                Encoding::Dates(dates) => (feature.kind == Kind::Date && dates.is_sound(), 0),
                Encoding::Bag(bag) => (feature.kind == Kind::Text && bag.is_sound(), 0),
            };
            if !sound || feature.first_output != next || !names.insert(&feature.name) {
                return false;
            }
            // No more than there are, however wide the feature says it is.
            let mut own = outputs.by_ref().take(width);
            let fits = |output: &OutputColumn| {
                output.feature == place
                    && output.level.is_none_or(|level| (level as usize) < levels)
                    && output.shift.is_finite()
                    && output.scale.is_finite()
                    && output.scale > 0.0
            };
            if !own.all(fits) {
                return false;
            }
            next = next.saturating_add(width);
        }
        let columns = self.outputs.len();
        let reduced = self.reduction.as_ref().is_none_or(|r| r.is_sound(columns));
        reduced && next > 0 && next == columns
    }
}

/// Rows prepared at a time: their part of the matrix stays in the cache while column after column
/// is written, and the cancel flag is looked at between blocks.
const BLOCK: usize = 2048;
const BLOCK_CELLS: usize = 1 << 16;

/// Numbers that a matrix may have where it is wider than the table: 2 GB.
const MOST_CELLS: usize = 1 << 28;

/// Every level and every term has a number in every row, also where it does not occur: that can be
/// more than fits. Numbers alone take what they take in the table.
pub(super) fn refuse_too_wide(
    rows: usize,
    columns: usize,
    features: &[FittedFeature],
) -> Result<(), Problem> {
    if columns <= features.len() || rows.saturating_mul(columns) <= MOST_CELLS {
        return Ok(());
    }
    let widest = features.iter().max_by_key(|f| f.encoding.width());
    let most = (MOST_CELLS / rows.max(1)).max(1);
    let (each, fix) = match widest.map(|f| &f.encoding) {
        Some(Encoding::Bag(_)) => (
            "word",
            format!("Set max_features to {most} or less, or min_df higher"),
        ),
        Some(Encoding::Levels(_)) => (
            "category",
            "Set one_hot_limit lower, or leave out columns with many categories".to_owned(),
        ),
        _ => ("part of a date", "Use fewer features".to_owned()),
    };
    Err(Problem::new(format!(
        "{rows} rows of {columns} columns, one for each {each}, would take {} GB of memory",
        (rows as f64 * columns as f64 * 8.0 / 1e9).round()
    ))
    .fix(fix))
}

impl FittedRecipe {
    pub(super) fn new(
        features: Vec<FittedFeature>,
        outputs: Vec<OutputColumn>,
        scaling: Scaling,
        training_rows: usize,
        notes: Vec<Problem>,
    ) -> Self {
        FittedRecipe {
            inner: Arc::new(Inner {
                features,
                outputs,
                scaling,
                training_rows,
                reduction: None,
                notes,
            }),
        }
    }

    pub(super) fn reduced(self, reduction: Reduction) -> Self {
        let mut inner = Inner::clone(&self.inner);
        inner.reduction = Some(reduction);
        FittedRecipe {
            inner: Arc::new(inner),
        }
    }

    /// What was selected and projected, where anything was.
    pub fn reduction(&self) -> Option<&Reduction> {
        self.inner.reduction.as_ref()
    }

    /// Names of the columns of the matrix that models see.
    pub fn names(&self) -> Vec<String> {
        match self.reduction() {
            Some(reduction) => reduction.names(self.outputs()),
            None => self.outputs().iter().map(|o| o.name.clone()).collect(),
        }
    }

    /// The columns of the matrix, before any are selected or projected.
    pub fn outputs(&self) -> &[OutputColumn] {
        &self.inner.outputs
    }

    /// How many columns the encoded matrix has, before any are selected or projected.
    pub fn width(&self) -> usize {
        self.inner.outputs.len()
    }

    /// How many columns the matrix has that models see.
    pub fn reduced_width(&self) -> usize {
        self.reduction().map_or(self.width(), Reduction::width)
    }

    pub(super) fn features(&self) -> &[FittedFeature] {
        &self.inner.features
    }

    /// How many features there are (columns of the table, not of the matrix).
    pub fn feature_count(&self) -> usize {
        self.inner.features.len()
    }

    pub fn feature_name(&self, feature: usize) -> &str {
        &self.inner.features[feature].name
    }

    /// What the feature was when the recipe was fitted.
    pub fn feature_kind(&self, feature: usize) -> Kind {
        self.inner.features[feature].kind
    }

    /// The levels that the feature had in the training table; none of a number.
    pub fn feature_levels(&self, feature: usize) -> &[String] {
        match &self.inner.features[feature].encoding {
            Encoding::Levels(levels) => &levels.names,
            Encoding::Number(_) | Encoding::Dates(_) | Encoding::Bag(_) => &[],
        }
    }

    /// Where a column of the training table stands among the features.
    pub fn feature_position(&self, column: usize) -> Option<usize> {
        self.inner.features.iter().position(|f| f.source == column)
    }

    /// The columns of the matrix that a feature fills.
    pub fn outputs_of(&self, feature: usize) -> std::ops::Range<usize> {
        let feature = &self.inner.features[feature];
        feature.first_output..feature.first_output + feature.encoding.width()
    }

    pub fn scaling(&self) -> Scaling {
        self.inner.scaling
    }

    pub fn training_rows(&self) -> usize {
        self.inner.training_rows
    }

    /// What was filled in or put together, one sentence a column.
    pub fn notes(&self) -> &[Problem] {
        &self.inner.notes
    }

    /// The matrix of these rows that models see: encoded, selected, projected.
    ///
    /// The table may be another than the one learned from: columns and levels go by name. Fails
    /// where a column is not there or is of another kind. Row numbers must lie within the table.
    pub fn apply(&self, table: &Table, rows: &[u32], cancel: &Cancel) -> Outcome<Matrix> {
        self.reduce(self.encode(table, rows, cancel)?, cancel)
    }

    /// An encoded matrix with columns selected and projected.
    pub fn reduce(&self, encoded: Matrix, cancel: &Cancel) -> Outcome<Matrix> {
        match self.reduction() {
            Some(reduction) => reduction.apply(&encoded, cancel),
            None => Ok(encoded),
        }
    }

    /// The matrix of these rows with all columns, `rows.len()` x `width()`; fails as `apply` does.
    pub fn encode(&self, table: &Table, rows: &[u32], cancel: &Cancel) -> Outcome<Matrix> {
        let bound = self
            .features()
            .iter()
            .map(|feature| Bound::new(feature, table))
            .collect::<Result<Vec<_>, _>>()?;
        let width = self.width();
        refuse_too_wide(rows.len(), width, self.features())?;
        let mut values = vec![0.0; rows.len() * width];
        // Of a wide matrix fewer rows, but as many as share a line of the cache of a column.
        let block = (BLOCK_CELLS / width.max(1)).clamp(8, BLOCK);
        for (rows, values) in rows
            .chunks(block)
            .zip(values.chunks_mut(block * width.max(1)))
        {
            cancel.check()?;
            for bound in &bound {
                bound.write(rows, values, width, cancel)?;
            }
        }
        Ok(Matrix::new(rows.len(), width, values))
    }

    /// Coefficients and intercept of a linear model of the matrix, in the units of the table, one an
    /// output: `intercept + sum(coefficient * original value)` gives the same number.
    pub fn original_units(&self, coefficients: &[f64], intercept: f64) -> (Vec<f64>, f64) {
        let (all, intercept) = match self.reduction() {
            Some(reduction) => reduction.back(coefficients, intercept, self.width()),
            None => (coefficients.to_vec(), intercept),
        };
        let mut moved = intercept;
        let outputs = self.outputs().iter();
        let original = outputs.zip(&all).map(|(output, coefficient)| {
            let original = coefficient / output.scale;
            moved -= original * output.shift;
            original
        });
        let original = original.collect();
        (original, moved)
    }
}

/// A fitted feature and the column of the table at hand that it reads.
struct Bound<'a> {
    feature: &'a FittedFeature,
    column: &'a Column,
    reader: Reader<'a>,
}

enum Reader<'a> {
    Number {
        values: &'a [f64],
        affine: Affine,
        fill: f64,
    },
    Levels {
        codes: &'a [u32],
        outputs: Vec<u32>,
        missing: u32,
        unseen: u32,
    },
    Dates {
        values: &'a [f64],
        dates: &'a FittedDates,
    },
    Texts {
        values: &'a [Box<str>],
        writer: BagWriter<'a>,
    },
}

impl<'a> Bound<'a> {
    fn new(feature: &'a FittedFeature, table: &'a Table) -> Result<Self, Problem> {
        let at_its_place = table.columns().get(feature.source);
        let column = at_its_place
            .filter(|column| column.name == feature.name)
            .or_else(|| table.column(&feature.name))
            .ok_or_else(|| {
                Problem::new(format!("the table has no column {}", feature.name))
                    .fix("Use a table with the columns that the model was fitted on")
            })?;
        let reader = match (&feature.encoding, &column.values) {
            (Encoding::Number(number), Values::Number(values)) => Reader::Number {
                values,
                affine: number.affine,
                fill: number.affine.scaled(number.fill),
            },
            (Encoding::Levels(levels), Values::Category { codes, .. }) => Reader::Levels {
                codes,
                outputs: levels.outputs_for(column.levels()),
                missing: levels.missing,
                unseen: levels.unseen,
            },
            (Encoding::Dates(dates), Values::Number(values)) => Reader::Dates { values, dates },
            (Encoding::Bag(bag), Values::Text(values)) => Reader::Texts {
                values,
                writer: bag.writer(),
            },
            _ => {
                return Err(Problem::new(format!(
                    "it is {} here, but was {} when the model was fitted",
                    column.kind.name(),
                    feature.kind.name()
                ))
                .at(format!("Column {}", feature.name))
                .fix("Change the kind of the column"));
            }
        };
        Ok(Bound {
            feature,
            column,
            reader,
        })
    }

    /// `values` holds `rows.len()` zeroed rows of `width` numbers.
    fn write(
        &self,
        rows: &[u32],
        values: &mut [f64],
        width: usize,
        cancel: &Cancel,
    ) -> Outcome<()> {
        let first = self.feature.first_output;
        let missing_rows = &self.column.missing;
        let gaps = missing_rows.count() > 0;
        let cells = rows.iter().zip(values.chunks_exact_mut(width));
        match &self.reader {
            Reader::Number {
                values: source,
                affine,
                fill,
            } => {
                for (&row, out) in cells {
                    let row = row as usize;
                    out[first] = if gaps && missing_rows.is_missing(row) {
                        *fill
                    } else {
                        affine.scaled(source[row])
                    };
                }
            }
            Reader::Levels {
                codes,
                outputs,
                missing,
                unseen,
            } => {
                for (&row, out) in cells {
                    let row = row as usize;
                    let place = if gaps && missing_rows.is_missing(row) {
                        *missing
                    } else {
                        let code = codes[row] as usize;
                        outputs.get(code).copied().unwrap_or(*unseen)
                    };
                    if place != NONE {
                        out[first + place as usize] = 1.0;
                    }
                }
            }
            Reader::Dates { values, dates } => {
                for (&row, out) in cells {
                    let row = row as usize;
                    let value = match gaps && missing_rows.is_missing(row) {
                        true => dates.fill,
                        false => values[row],
                    };
                    dates.write(value, &mut out[first..]);
                }
            }
            Reader::Texts { values, writer } => {
                let mut read = 0;
                for (&row, out) in cells {
                    let row = row as usize;
                    read += values[row].len() + bag::EACH;
                    if read > bag::BLOCK {
                        read = 0;
                        cancel.check()?;
                    }
                    if !(gaps && missing_rows.is_missing(row)) {
                        writer.write(&values[row], &mut out[first..]);
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
