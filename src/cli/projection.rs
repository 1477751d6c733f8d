//! `seefit train DATA --model pca`: projections, which predict nothing and are scored by nothing.

use std::time::Instant;

use serde_json::{Map, Value as Json, json};

use super::arguments::TrainArgs;
use super::setup::Setup;
use super::{Failure, report_json, text};
use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::model::parameter::Default;
use crate::model::{Parameter, ParameterKind, Params, Value, algorithm};
use crate::prepare::{FittedRecipe, Project, Projection, Scale, Select};
use crate::train::{Job, PreparedCache};

/// A projection as the command line knows it; in the window and for models it is a step of the recipe.
pub struct Declared {
    pub id: &'static str,
    pub name: &'static str,
    pub summary: &'static str,
    pub parameters: &'static [Parameter],
}

const N_COMPONENTS: Parameter = Parameter::new(
    "n_components",
    "Components",
    ParameterKind::Integer {
        min: 1,
        max: 1_000,
        log: true,
        none: false,
    },
    Default::Integer(2),
    "How many components are kept; more keep more of what the rows differ in.",
);

const WHITEN: Parameter = Parameter::new(
    "whiten",
    "Whiten",
    ParameterKind::Switch,
    Default::Switch(false),
    "Whether all components are given variance 1.",
);

pub static PROJECTIONS: &[Declared] = &[
    Declared {
        id: "pca",
        name: "Principal components",
        summary: "Turns the axes so that the first few show most of what the rows differ in.",
        parameters: &[N_COMPONENTS, WHITEN],
    },
    Declared {
        id: "svd",
        name: "Truncated singular value decomposition",
        summary: "As principal components, around zero instead of the mean.",
        parameters: &[N_COMPONENTS],
    },
    Declared {
        id: "lda",
        name: "Linear discriminants",
        summary: "Turns the axes so that the first few tell the classes apart best.",
        parameters: &[N_COMPONENTS],
    },
];

pub fn find(id: &str) -> Option<&'static Declared> {
    PROJECTIONS.iter().find(|declared| declared.id == id)
}

/// Values for the parameters, in their order.
fn values(
    declared: &'static Declared,
    set: &[(String, String)],
) -> Result<Vec<(&'static Parameter, Value)>, Problem> {
    let defaults = declared.parameters.iter().map(|p| (p, p.default_value()));
    let mut values: Vec<(&Parameter, Value)> = defaults.collect();
    for (name, text) in set {
        let known = values.iter_mut().find(|(p, _)| p.name == name);
        let place = format!("Parameter {name} of {}", declared.id);
        let Some((parameter, value)) = known else {
            let names: Vec<&str> = declared.parameters.iter().map(|p| p.name).collect();
            return Err(Problem::new("There is no parameter of this name")
                .at(place)
                .fix(format!("It has {}", names.join(", "))));
        };
        *value = parameter.parse(text).ok_or_else(|| {
            Problem::new(format!("“{text}” is not allowed"))
                .at(place)
                .fix(format!("It takes {}", parameter.range()))
        })?;
    }
    Ok(values)
}

fn project(declared: &Declared, values: &[(&Parameter, Value)]) -> Project {
    let find = |name: &str| values.iter().find(|(p, _)| p.name == name).map(|(_, v)| v);
    let n_components = match find("n_components") {
        Some(Value::Integer(n)) => (*n).max(1) as usize,
        _ => 2,
    };
    match declared.id {
        "svd" => Project::Svd { n_components },
        "lda" => Project::Lda { n_components },
        _ => Project::Pca {
            n_components,
            whiten: find("whiten") == Some(&Value::Switch(true)),
        },
    }
}

pub fn run(declared: &'static Declared, args: &TrainArgs) -> Result<String, Failure> {
    let values = values(declared, &args.set)?;
    let project = project(declared, &values);
    let setup = Setup::load(&args.data)?;
    // Discriminants need classes; the others see no target. Axes of unlike units say little, so the
    // components are of scaled columns; around zero only unscaled ones lie apart from it.
    let stands_in = match project {
        Project::Lda { .. } => "dummy_classifier",
        _ => "kmeans",
    };
    let stands_in = algorithm(stands_in)
        .ok_or_else(|| Problem::new(format!("there is no model “{stands_in}”")))?;
    let (job, mut notes) = setup.job(&Params::defaults(stands_in))?;
    let mut job = Job::clone(&job);
    if matches!(project, Project::Svd { .. }) && job.recipe.scale == Scale::Auto {
        job.recipe.scale = Scale::None;
    }
    let mut steps = job.recipe.clone();
    steps.project = project;
    (job.recipe.select, job.recipe.project) = (Select::All, Project::None);
    let fitted = || -> Outcome<(FittedRecipe, f64, usize)> {
        let cancel = Cancel::new();
        let part = PreparedCache::default().get(&job, &cancel)?.full(&cancel)?;
        let (recipe, samples) = (FittedRecipe::clone(&part.recipe), &part.samples);
        let begun = Instant::now();
        let fitted = steps.reduce(recipe, &samples.x, samples.y.as_ref(), &cancel)?;
        Ok((fitted, begun.elapsed().as_secs_f64(), samples.x.rows()))
    };
    let (recipe, seconds, rows) = fitted().map_err(|halt| match halt {
        Halt::Failed(problem) => Failure::input(problem),
        Halt::Cancelled => Failure::work(Problem::new("the work was stopped before its end")),
    })?;
    let Some((reduction, projection)) = recipe
        .reduction()
        .and_then(|reduction| Some((reduction, reduction.projection.as_ref()?)))
    else {
        return Err(Failure::work(Problem::new("there is no projection")));
    };
    if let Some((_, Value::Integer(asked))) = values.first()
        && *asked > projection.len() as i64
    {
        let found = projection.len();
        notes.push(format!("n_components: there are only {found}."));
    }
    notes.extend(recipe.notes().iter().map(Problem::to_string));
    let columns: Vec<String> = reduction
        .kept
        .iter()
        .map(|column| recipe.outputs()[*column].name.clone())
        .collect();
    if !args.json {
        return Ok(described(
            declared, rows, &recipe, projection, &columns, &notes,
        ));
    }
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
    put("model", json!(declared.id));
    put("engine", json!("seefit"));
    put("task", json!("projection"));
    let params = values
        .iter()
        .map(|(p, v)| (p.name.to_owned(), report_json::value(v)));
    put("params", Json::Object(params.collect()));
    put("rows", json!(rows));
    let features: Vec<&str> = (0..recipe.feature_count())
        .map(|feature| recipe.feature_name(feature))
        .collect();
    put("features", json!(features));
    put(
        "scale",
        json!(format!("{:?}", recipe.scaling()).to_lowercase()),
    );
    put(
        "explained_variance_ratio",
        json!(projection.explained_variance_ratio),
    );
    let values = match projection.singular_values.as_slice() {
        [] => Json::Null,
        values => json!(values),
    };
    put("singular_values", values);
    let components = recipe
        .names()
        .into_iter()
        .zip(weights(projection, &columns));
    put("components", Json::Object(components.collect()));
    put("fit_seconds", json!(seconds));
    put("warnings", json!(notes));
    Ok(format!("{}\n", Json::Object(object)))
}

/// Of each component the weight of each column.
fn weights(projection: &Projection, columns: &[String]) -> Vec<Json> {
    let directions = projection.directions.chunks_exact(columns.len().max(1));
    let named = |direction: &[f64]| {
        let pairs = columns
            .iter()
            .cloned()
            .zip(direction.iter().map(|v| json!(v)));
        Json::Object(pairs.collect())
    };
    directions.map(named).collect()
}

fn described(
    declared: &Declared,
    rows: usize,
    recipe: &FittedRecipe,
    projection: &Projection,
    columns: &[String],
    notes: &[String],
) -> String {
    let mut head = vec!["component".to_owned(), "share".to_owned()];
    head.extend(columns.iter().cloned());
    let mut table = vec![head];
    let directions = projection.directions.chunks_exact(columns.len().max(1));
    let shares = projection.explained_variance_ratio.iter();
    for ((name, share), direction) in recipe.names().into_iter().zip(shares).zip(directions) {
        let mut row = vec![name, format!("{share:.4}")];
        row.extend(direction.iter().map(|weight| format!("{weight:.4}")));
        table.push(row);
    }
    let numbers: Vec<usize> = (1..columns.len() + 2).collect();
    let mut out = format!("{} of {rows} rows\n\n", declared.name);
    out.push_str(&text::table(&table, &numbers));
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        out.push_str(note);
        out.push('\n');
    }
    out
}
