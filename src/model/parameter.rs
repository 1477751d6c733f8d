//! Typed parameters as data: from these come the editor, the flags, the error sentences, the
//! documentation and the tests' bad values.

use super::Engine;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Integer(i64),
    Real(f64),
    /// One of the declared choices.
    Choice(&'static str),
    Switch(bool),
    /// Sizes of hidden layers.
    Integers(Vec<i64>),
    /// No limit (`max_depth`), where the kind allows it.
    None,
}

#[derive(Clone, Copy, Debug)]
pub enum ParameterKind {
    /// `none`: "no limit" is a value too, shown at the upper end of the slider.
    Integer {
        min: i64,
        max: i64,
        log: bool,
        none: bool,
    },
    /// `min` and `max` are allowed values. `log` needs `min` > 0, or 0 as a special lowest value.
    Real {
        min: f64,
        max: f64,
        log: bool,
    },
    /// `(value as scikit-learn spells it, label as the card shows it)`.
    Choice(&'static [(&'static str, &'static str)]),
    Switch,
    /// A list such as `64,32`: up to `longest` whole numbers between `min` and `max`.
    Integers {
        min: i64,
        max: i64,
        longest: usize,
    },
}

/// The default, in a form that a `static` can hold.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    Integer(i64),
    Real(f64),
    Choice(&'static str),
    Switch(bool),
    Integers(&'static [i64]),
    None,
}

#[derive(Debug)]
pub struct Parameter {
    /// scikit-learn's name: `n_neighbors`.
    pub name: &'static str,
    /// Sentence case, short enough for 98 points: `Neighbours`.
    pub label: &'static str,
    pub kind: ParameterKind,
    pub default: Default,
    /// One sentence: what it does, and what happens when it grows.
    pub help: &'static str,
    /// Shown at once; the others behind "more parameters".
    pub common: bool,
    /// Only shown while that parameter has one of those values.
    pub visible_if: Option<(&'static str, &'static [&'static str])>,
    /// Only this engine has it: moving it takes `auto` there.
    pub engine: Option<Engine>,
}

impl Parameter {
    /// A parameter behind "more parameters", without conditions. For use in `static` declarations.
    pub const fn new(
        name: &'static str,
        label: &'static str,
        kind: ParameterKind,
        default: Default,
        help: &'static str,
    ) -> Self {
        Parameter {
            name,
            label,
            kind,
            default,
            help,
            common: false,
            visible_if: None,
            engine: None,
        }
    }

    pub const fn common(mut self) -> Self {
        self.common = true;
        self
    }

    pub const fn visible_if(mut self, name: &'static str, values: &'static [&'static str]) -> Self {
        self.visible_if = Some((name, values));
        self
    }

    pub const fn only(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    pub fn default_value(&self) -> Value {
        match self.default {
            Default::Integer(v) => Value::Integer(v),
            Default::Real(v) => Value::Real(v),
            Default::Choice(v) => Value::Choice(v),
            Default::Switch(v) => Value::Switch(v),
            Default::Integers(v) => Value::Integers(v.to_vec()),
            Default::None => Value::None,
        }
    }

    /// Whether the value is of the right kind and within the range.
    pub fn allows(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (ParameterKind::Integer { min, max, .. }, Value::Integer(v)) => (min..=max).contains(v),
            (ParameterKind::Integer { none, .. }, Value::None) => none,
            (ParameterKind::Real { min, max, .. }, Value::Real(v)) => (min..=max).contains(v),
            (ParameterKind::Choice(options), Value::Choice(v)) => {
                options.iter().any(|(option, _)| option == v)
            }
            (ParameterKind::Switch, Value::Switch(_)) => true,
            (ParameterKind::Integers { min, max, longest }, Value::Integers(v)) => {
                !v.is_empty() && v.len() <= longest && v.iter().all(|n| (min..=max).contains(n))
            }
            _ => false,
        }
    }

    /// This number as a value of the parameter, where it takes numbers and allows this one.
    pub fn value_of(&self, number: f64) -> Option<Value> {
        let value = match self.kind {
            ParameterKind::Integer { .. } => Value::Integer(number.round() as i64),
            ParameterKind::Real { .. } => Value::Real(number),
            _ => return None,
        };
        self.allows(&value).then_some(value)
    }

    /// `1 to 100`, `one of gini, entropy`, `1 to 50 or none`: for error sentences and tooltips.
    pub fn range(&self) -> String {
        match self.kind {
            ParameterKind::Integer { min, max, none, .. } => {
                let none = if none { " or none" } else { "" };
                format!("{min} to {max}{none}")
            }
            ParameterKind::Real { min, max, .. } => format!("{min} to {max}"),
            ParameterKind::Choice(options) => {
                let names: Vec<&str> = options.iter().map(|(value, _)| *value).collect();
                format!("one of {}", names.join(", "))
            }
            ParameterKind::Switch => "true or false".into(),
            ParameterKind::Integers { min, max, longest } => {
                format!("up to {longest} numbers from {min} to {max}, such as 64,32")
            }
        }
    }

    /// Reads a value as the command line spells it; None where it is not of this kind.
    pub fn parse(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        let value = match self.kind {
            ParameterKind::Integer { none, .. } => {
                if none && text.eq_ignore_ascii_case("none") {
                    Value::None
                } else {
                    Value::Integer(text.parse().ok()?)
                }
            }
            ParameterKind::Real { .. } => {
                Value::Real(text.parse().ok().filter(|v: &f64| v.is_finite())?)
            }
            ParameterKind::Choice(options) => Value::Choice(
                options
                    .iter()
                    .find(|(value, _)| value.eq_ignore_ascii_case(text))?
                    .0,
            ),
            ParameterKind::Switch => Value::Switch(match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => true,
                "false" | "no" | "off" | "0" => false,
                _ => return None,
            }),
            ParameterKind::Integers { .. } => Value::Integers(
                text.trim_matches(['(', ')', '[', ']'])
                    .split([',', ' ', ';'])
                    .filter(|part| !part.is_empty())
                    .map(|part| part.parse().ok())
                    .collect::<Option<_>>()?,
            ),
        };
        self.allows(&value).then_some(value)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Integer(v) => write!(f, "{v}"),
            Value::Real(v) => write!(f, "{v}"),
            Value::Choice(v) => f.write_str(v),
            Value::Switch(v) => write!(f, "{v}"),
            Value::Integers(v) => {
                let parts: Vec<String> = v.iter().map(i64::to_string).collect();
                f.write_str(&parts.join(","))
            }
            Value::None => f.write_str("none"),
        }
    }
}
