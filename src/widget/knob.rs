//! A parameter as its editor sees it: what it may be, what it is, what it was before anyone touched it.
use super::format;
use super::number_field::NO_LIMIT;
use super::slider::Scale;
use crate::data::{format_date, read_date};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub enum KnobValue {
    Integer(i64),
    Real(f64),
    /// The option's value, not its label.
    Choice(String),
    Switch(bool),
    /// No limit.
    None,
}

/// What values a parameter may take.
#[derive(Clone, Debug, PartialEq)]
pub enum KnobKind {
    Integer {
        min: i64,
        max: i64,
        log: bool,
        /// "none" is a value too, at the slider's right end.
        none_at_max: bool,
    },
    Real {
        min: f64,
        max: f64,
        log: bool,
    },
    /// Days since 1970-01-01, as integers.
    Day {
        min: i64,
        max: i64,
    },
    /// Value and label of every option.
    Choice {
        options: Vec<(String, String)>,
    },
    Switch,
}

/// Everything that a parameter row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    pub name: String,
    /// One sentence.
    pub help: String,
    pub kind: KnobKind,
    pub value: KnobValue,
    pub default: KnobValue,
    /// Why it cannot be turned now; `None` when it can.
    pub disabled_because: Option<String>,
}

impl Knob {
    pub fn is_changed(&self) -> bool {
        self.value != self.default
    }

    /// The value in the words of the row.
    pub fn shown(&self, value: &KnobValue) -> String {
        match value {
            KnobValue::Integer(n) if matches!(self.kind, KnobKind::Day { .. }) => {
                format_date(*n as f64 * DAY)
            }
            // Written out: a field has no room for a power of ten, and a whole number is meant whole.
            KnobValue::Integer(n) if n.unsigned_abs() < 1_000_000_000 => format::whole(*n),
            KnobValue::Integer(n) => format::significant(*n as f64, 15),
            KnobValue::Real(x) => format::significant(*x, 4),
            KnobValue::None => NO_LIMIT.into(),
            KnobValue::Switch(on) => if *on { "on" } else { "off" }.into(),
            KnobValue::Choice(value) => self.label(value).to_owned(),
        }
    }

    fn label<'a>(&'a self, value: &'a str) -> &'a str {
        let KnobKind::Choice { options } = &self.kind else {
            return value;
        };
        let found = options.iter().find(|(option, _)| option == value);
        found.map_or(value, |(_, label)| label)
    }

    /// Range and default, for the tooltip: `1 to 50, default 1`.
    pub fn range(&self) -> String {
        let default = self.shown(&self.default);
        match &self.kind {
            KnobKind::Integer {
                min,
                max,
                none_at_max,
                ..
            } => {
                let or_none = if *none_at_max { " or none" } else { "" };
                let (min, max) = (KnobValue::Integer(*min), KnobValue::Integer(*max));
                let (min, max) = (self.shown(&min), self.shown(&max));
                format!("{min} to {max}{or_none}, default {default}")
            }
            KnobKind::Day { min, max } => {
                let (min, max) = (KnobValue::Integer(*min), KnobValue::Integer(*max));
                let (min, max) = (self.shown(&min), self.shown(&max));
                format!("{min} to {max}, default {default}")
            }
            KnobKind::Real { min, max, .. } => {
                let (min, max) = (format::number(*min), format::number(*max));
                format!("{min} to {max}, default {default}")
            }
            KnobKind::Choice { .. } | KnobKind::Switch => format!("default {default}"),
        }
    }

    /// Why a typed text is not taken.
    pub(super) fn refusal(&self, words: &str) -> String {
        let range = self.range();
        let range = range.split(", default").next().unwrap_or_default();
        format!(
            "\u{201c}{words}\u{201d} is not taken: {} goes from {range}",
            self.name
        )
    }

    /// The slider's scale and the value on it; `None` for what has no slider.
    pub(super) fn on_scale(&self) -> Option<(Scale, Option<f64>)> {
        let scale = match self.kind {
            KnobKind::Integer {
                min,
                max,
                log,
                none_at_max,
            } => Scale {
                min: min as f64,
                max: max as f64,
                log,
                integer: true,
                none_at_max,
            },
            KnobKind::Real { min, max, log } => Scale {
                min,
                max,
                log,
                integer: false,
                none_at_max: false,
            },
            KnobKind::Day { min, max } => Scale {
                min: min as f64,
                max: max as f64,
                log: false,
                integer: true,
                none_at_max: false,
            },
            KnobKind::Choice { .. } | KnobKind::Switch => return None,
        };
        let value = match self.value {
            KnobValue::Integer(n) => Some(n as f64),
            KnobValue::Real(x) => Some(x),
            _ => None,
        };
        Some((scale, value))
    }

    /// A number of the slider or the field as a value of this knob's kind.
    pub(super) fn value_on_scale(&self, value: Option<f64>) -> KnobValue {
        match (value, &self.kind) {
            (None, _) => KnobValue::None,
            (Some(x), KnobKind::Integer { .. } | KnobKind::Day { .. }) => {
                KnobValue::Integer(x.round() as i64)
            }
            (Some(x), _) => KnobValue::Real(x),
        }
    }

    /// A typed text as a number on the scale; None where it may not be committed.
    pub(super) fn read(&self, words: &str) -> Option<f64> {
        let typed = match self.kind {
            KnobKind::Day { .. } => read_date(words).map(|seconds| (seconds / DAY).floor()),
            _ => format::parse(words),
        };
        typed.filter(|x| self.accepts(*x))
    }

    /// The width of the field in points: that of the longest value, within bounds.
    pub(crate) fn field_width(&self) -> f32 {
        let longest = match self.kind {
            KnobKind::Day { .. } => return 92.0,
            KnobKind::Integer { min, max, .. } => [min, max]
                .map(|n| self.shown(&KnobValue::Integer(n)).chars().count())
                .into_iter()
                .max()
                .unwrap_or(0),
            _ => 0,
        };
        if longest > 6 { 72.0 } else { 56.0 }
    }

    /// Whether a typed number may be committed: in range, and whole where it has to be.
    pub(super) fn accepts(&self, x: f64) -> bool {
        match self.kind {
            KnobKind::Integer { min, max, .. } | KnobKind::Day { min, max } => {
                x.fract() == 0.0 && (min as f64..=max as f64).contains(&x)
            }
            KnobKind::Real { min, max, .. } => (min..=max).contains(&x),
            KnobKind::Choice { .. } | KnobKind::Switch => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth() -> Knob {
        Knob {
            name: "Depth limit".into(),
            help: "The deepest a tree may grow.".into(),
            kind: KnobKind::Integer {
                min: 1,
                max: 50,
                log: false,
                none_at_max: true,
            },
            value: KnobValue::None,
            default: KnobValue::None,
            disabled_because: None,
        }
    }

    #[test]
    fn a_knob_says_its_range_and_default() {
        assert_eq!(depth().range(), "1 to 50 or none, default none");
        let split = Knob {
            kind: KnobKind::Choice {
                options: vec![("gini".into(), "Gini".into())],
            },
            default: KnobValue::Choice("gini".into()),
            ..depth()
        };
        assert_eq!(split.range(), "default Gini");
        let c = Knob {
            kind: KnobKind::Real {
                min: 1e-5,
                max: 1e5,
                log: true,
            },
            default: KnobValue::Real(1.0),
            ..depth()
        };
        assert_eq!(c.range(), "1e−5 to 100\u{2009}000, default 1");
    }

    #[test]
    fn typed_numbers_have_to_fit() {
        let knob = depth();
        assert!(knob.accepts(1.0) && knob.accepts(50.0));
        assert!(!knob.accepts(0.0) && !knob.accepts(51.0) && !knob.accepts(2.5));
        assert_eq!(knob.value_on_scale(Some(3.0)), KnobValue::Integer(3));
        assert_eq!(knob.value_on_scale(None), KnobValue::None);
    }

    #[test]
    fn a_day_is_shown_and_typed_as_a_date() {
        let knob = Knob {
            kind: KnobKind::Day {
                min: 19_723,
                max: 20_088,
            },
            value: KnobValue::Integer(19_787),
            default: KnobValue::Integer(19_723),
            ..depth()
        };
        assert_eq!(knob.shown(&knob.value), "2024-03-05");
        assert_eq!(knob.range(), "2024-01-01 to 2024-12-31, default 2024-01-01");
        assert_eq!(knob.read("2024-03-05"), Some(19_787.0));
        assert_eq!(knob.read("05.03.2024"), Some(19_787.0));
        assert_eq!(knob.read("2025-03-05"), None);
        assert_eq!(knob.read("spring"), None);
    }

    #[test]
    fn changed_means_other_than_the_default() {
        let mut knob = depth();
        assert!(!knob.is_changed());
        knob.value = KnobValue::Integer(3);
        assert!(knob.is_changed());
    }
}
