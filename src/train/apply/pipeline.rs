//! All that predicting needs, and where its columns are among other names.

use std::collections::HashMap;
use std::sync::Arc;

use crate::data::{Column, Kind, ReadAs};
use crate::model::{Model, Task};
use crate::prepare::FittedRecipe;
use crate::train::best;

/// A column as the training data had it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SourceColumn {
    pub name: String,
    pub unit: Option<String>,
    pub kind: Kind,
}

impl SourceColumn {
    /// So many rows without a value.
    pub(super) fn missing(&self, rows: usize) -> ReadAs {
        let mut column = match self.kind {
            Kind::Number | Kind::Date => Column::numbers(&self.name, vec![f64::NAN; rows]),
            Kind::Category | Kind::YesNo => {
                Column::categories(&self.name, vec![u32::MAX; rows], Vec::new())
            }
            Kind::Text => Column::texts(&self.name, vec![None; rows]),
        };
        column.kind = self.kind;
        ReadAs {
            column,
            unreadable: 0,
            first: None,
        }
    }
}

/// All that predicting needs.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub task: Task,
    pub recipe: Arc<FittedRecipe>,
    pub model: Arc<dyn Model>,
    /// The features, in the recipe's order.
    pub columns: Vec<SourceColumn>,
    pub target: Option<SourceColumn>,
    /// Names of the model's outputs; empty for numbers and clusterings.
    pub classes: Arc<[String]>,
}

/// Where the columns of a pipeline are among other names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// One a feature.
    pub columns: Vec<Option<usize>>,
    pub target: Option<usize>,
    /// Columns that nobody asks for.
    pub extra: Vec<usize>,
}

impl Pipeline {
    /// By the same name, else by one that differs in case or blanks around it and is the only such.
    pub fn find(&self, names: &[&str]) -> Places {
        let wanted = || {
            self.columns
                .iter()
                .chain(&self.target)
                .map(|c| c.name.as_str())
        };
        let mut found: Vec<Option<usize>> = wanted()
            .map(|name| names.iter().position(|other| *other == name))
            .collect();
        let mut taken = vec![false; names.len()];
        found.iter().flatten().for_each(|&at| taken[at] = true);
        let folded = |name: &str| name.trim().to_lowercase();
        let mut others: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, name) in names.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            others.entry(folded(name)).or_default().push(at);
        }
        for (place, name) in found.iter_mut().zip(wanted()) {
            if let (None, Some(&[at])) = (&place, others.get(&folded(name)).map(Vec::as_slice))
                && !taken[at]
            {
                *place = Some(at);
                taken[at] = true;
            }
        }
        let target = self.target.as_ref().and_then(|_| found.pop().flatten());
        let extra = (0..names.len()).filter(|&at| !taken[at]).collect();
        Places {
            columns: found,
            target,
            extra,
        }
    }

    /// How a prediction is called: the class, the number, or the number of the cluster (from 1);
    /// empty for a row that belongs to no cluster.
    pub fn label(&self, outputs: &[f64]) -> String {
        match self.task {
            Task::Classification => {
                let class = self.classes.get(best(outputs).0);
                class.cloned().unwrap_or_default()
            }
            Task::Regression => outputs.first().map_or(String::new(), |v| number(*v)),
            Task::Clustering => match best(outputs) {
                (cluster, share) if share > 0.0 => (cluster + 1).to_string(),
                _ => String::new(),
            },
        }
    }

    /// The columns that predicting adds behind those of the data: `prediction`, and `probability CLASS`
    /// for each class.
    pub fn added_names(&self) -> Vec<String> {
        let mut names = vec!["prediction".to_owned()];
        if self.has_probabilities() {
            let classes = self.classes.iter();
            names.extend(classes.map(|class| format!("probability {class}")));
        }
        names
    }

    /// Whether outputs are probabilities that are worth showing.
    pub fn has_probabilities(&self) -> bool {
        self.task == Task::Classification && self.model.has_probabilities()
    }
}

/// The shortest text that reads back as the same number; empty for what is none.
pub fn number(value: f64) -> String {
    if value.is_finite() {
        crate::data::format_number(value)
    } else {
        String::new()
    }
}
