//! Checked values for all parameters of one algorithm. What is in here is within its range.

use super::{Algorithm, Engine, Value};
use crate::base::{Hasher128, Problem};

/// An algorithm with a value for each of its parameters, and the engine asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    algorithm: &'static Algorithm,
    values: Vec<Value>,
    /// None is `auto`.
    engine: Option<Engine>,
}

impl Params {
    pub fn defaults(algorithm: &'static Algorithm) -> Self {
        Params {
            algorithm,
            values: algorithm
                .parameters
                .iter()
                .map(|p| p.default_value())
                .collect(),
            engine: None,
        }
    }

    pub fn algorithm(&self) -> &'static Algorithm {
        self.algorithm
    }

    /// How many times the work of the defaults these settings ask for, where that can be told: trees,
    /// starts, and steps that do not end by themselves. At least 1.
    pub fn effort(&self) -> f64 {
        let repeats = self.iter().filter(|(parameter, _)| match parameter.name {
            "n_estimators" | "n_init" => true,
            "max_iter" => !self.algorithm.tags.ends_early,
            _ => false,
        });
        repeats
            .map(
                |(parameter, value)| match (value, parameter.default_value()) {
                    (Value::Integer(now), Value::Integer(usual)) if usual > 0 => {
                        (*now as f64 / usual as f64).max(1.0)
                    }
                    _ => 1.0,
                },
            )
            .product()
    }

    /// Sets a parameter (or `engine`) from its spelling on the command line.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        let place = || format!("Parameter {name} of {}", self.algorithm.id);
        if name == "engine" {
            return self.set_engine_text(text);
        }
        let Some(parameter) = self.algorithm.parameter(name) else {
            let mut names: Vec<&str> = self.algorithm.parameters.iter().map(|p| p.name).collect();
            names.push("engine");
            return Err(Problem::new(format!(
                "{} has no parameter of this name",
                self.algorithm.id
            ))
            .at(format!("Parameter {name}"))
            .fix(format!("It has {}", names.join(", "))));
        };
        match parameter.parse(text) {
            Some(value) => self.set(name, value),
            None => Err(Problem::new(format!("“{text}” is not allowed"))
                .at(place())
                .fix(format!("It takes {}", parameter.range()))),
        }
    }

    /// Sets a parameter; a value outside the range is refused and changes nothing.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), Problem> {
        let index = self
            .algorithm
            .parameters
            .iter()
            .position(|p| p.name == name);
        let Some(index) = index else {
            return Err(Problem::new(format!(
                "{} has no parameter {name}",
                self.algorithm.id
            )));
        };
        let parameter = &self.algorithm.parameters[index];
        if !parameter.allows(&value) {
            return Err(Problem::new(format!("“{value}” is not allowed"))
                .at(format!("Parameter {name} of {}", self.algorithm.id))
                .fix(format!("It takes {}", parameter.range())));
        }
        self.values[index] = value;
        Ok(())
    }

    fn set_engine_text(&mut self, text: &str) -> Result<(), Problem> {
        let engines = self.algorithm.engines.available;
        if text.eq_ignore_ascii_case("auto") {
            self.engine = None;
            return Ok(());
        }
        match engines.iter().find(|e| e.id().eq_ignore_ascii_case(text)) {
            Some(&engine) => self.engine = Some(engine),
            None => {
                let names: Vec<&str> = engines.iter().map(|e| e.id()).collect();
                return Err(Problem::new(format!(
                    "{} does not run on “{text}”",
                    self.algorithm.id
                ))
                .at("Parameter engine")
                .fix(format!("It takes auto, {}", names.join(", "))));
            }
        }
        Ok(())
    }

    /// The engine asked for; None is `auto`.
    pub fn asked_engine(&self) -> Option<Engine> {
        self.engine
    }

    /// Asks for an engine that the algorithm has, or for `auto`.
    pub fn ask_engine(&mut self, engine: Option<Engine>) {
        self.engine = engine.filter(|e| self.algorithm.engines.available.contains(e));
    }

    /// The engine that runs: the one asked for; else, where a parameter that only one engine has was
    /// moved, that one; else the algorithm's first.
    pub fn engine(&self) -> Engine {
        self.engine
            .or_else(|| self.forced_by().and_then(|p| p.engine))
            .unwrap_or(self.algorithm.engines.available[0])
    }

    /// The moved parameter that takes `auto` away from the first engine.
    pub fn forced_by(&self) -> Option<&'static super::Parameter> {
        let first = self.algorithm.engines.available[0];
        self.changed()
            .find(|p| p.engine.is_some_and(|engine| engine != first))
    }

    /// Parameters that do not stand at their default.
    pub fn changed(&self) -> impl Iterator<Item = &'static super::Parameter> + '_ {
        self.algorithm
            .parameters
            .iter()
            .zip(&self.values)
            .filter(|(p, v)| p.default_value() != **v)
            .map(|(p, _)| p)
    }

    pub fn get(&self, name: &str) -> &Value {
        static MISSING: Value = Value::None;
        let index = self
            .algorithm
            .parameters
            .iter()
            .position(|p| p.name == name);
        debug_assert!(index.is_some(), "{} has no {name}", self.algorithm.id);
        index.map_or(&MISSING, |index| &self.values[index])
    }

    /// Whether a parameter is to be shown with the other values as they are.
    pub fn is_visible(&self, parameter: &super::Parameter) -> bool {
        match parameter.visible_if {
            Some((name, values)) => values.contains(&self.get(name).to_string().as_str()),
            None => true,
        }
    }

    /// Name and value of each parameter, in declared order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static super::Parameter, &Value)> {
        self.algorithm.parameters.iter().zip(&self.values)
    }

    pub fn integer(&self, name: &str) -> i64 {
        match self.get(name) {
            Value::Integer(v) => *v,
            _ => 0,
        }
    }

    /// A count or size: never negative.
    pub fn size(&self, name: &str) -> usize {
        self.integer(name).max(0) as usize
    }

    /// A limit that may be none.
    pub fn limit(&self, name: &str) -> Option<usize> {
        match self.get(name) {
            Value::Integer(v) => Some((*v).max(0) as usize),
            _ => None,
        }
    }

    pub fn real(&self, name: &str) -> f64 {
        match self.get(name) {
            Value::Real(v) => *v,
            Value::Integer(v) => *v as f64,
            _ => 0.0,
        }
    }

    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Value::Choice(v) => v,
            _ => "",
        }
    }

    pub fn switch(&self, name: &str) -> bool {
        matches!(self.get(name), Value::Switch(true))
    }

    pub fn integers(&self, name: &str) -> Vec<usize> {
        match self.get(name) {
            Value::Integers(v) => v.iter().map(|n| (*n).max(0) as usize).collect(),
            _ => Vec::new(),
        }
    }

    /// Everything that decides a result goes into the job's key.
    #[expect(
        clippy::should_implement_trait,
        reason = "std's Hash is neither 128 bits wide nor the same everywhere"
    )]
    pub fn hash(&self, hasher: &mut Hasher128) {
        hasher.text(self.algorithm.id).text(self.engine().id());
        for value in &self.values {
            match value {
                Value::Integer(v) => hasher.word(1).word(*v as u64),
                Value::Real(v) => hasher.word(2).number(*v),
                Value::Choice(v) => hasher.word(3).text(v),
                Value::Switch(v) => hasher.word(4).word(u64::from(*v)),
                Value::Integers(v) => {
                    hasher.word(5).word(v.len() as u64);
                    v.iter().fold(&mut *hasher, |h, n| h.word(*n as u64))
                }
                Value::None => hasher.word(6),
            };
        }
    }
}
