//! What a threshold makes of the rows: four counts, the rates and costs that follow from them.

/// Rows by what they are and what they were called, for one class against the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub true_positives: u64,
    pub false_positives: u64,
    pub true_negatives: u64,
    pub false_negatives: u64,
}

/// What an error of each kind costs, in a unit of the person's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    pub false_positive: f64,
    pub false_negative: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Costs {
            false_positive: 1.0,
            false_negative: 1.0,
        }
    }
}

/// Rates are `None` where they would be 0 / 0.
impl Outcomes {
    pub fn total(&self) -> u64 {
        self.positives() + self.negatives()
    }

    /// Rows that are of the class.
    pub fn positives(&self) -> u64 {
        self.true_positives + self.false_negatives
    }

    /// Rows that are not.
    pub fn negatives(&self) -> u64 {
        self.true_negatives + self.false_positives
    }

    /// Rows that were called the class.
    pub fn called(&self) -> u64 {
        self.true_positives + self.false_positives
    }

    /// The part of the class's rows that is found: sensitivity, the true positive rate.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positives, self.positives())
    }

    /// The part of the other rows that is called the class.
    pub fn false_positive_rate(&self) -> Option<f64> {
        ratio(self.false_positives, self.negatives())
    }

    /// The part of the other rows that is left alone: the true negative rate.
    pub fn specificity(&self) -> Option<f64> {
        ratio(self.true_negatives, self.negatives())
    }

    /// The part of what was called the class that is of it.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positives, self.called())
    }

    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.true_positives + self.true_negatives, self.total())
    }

    /// Of the class alone, the harmonic mean of precision and recall.
    pub fn f1(&self) -> Option<f64> {
        let errors = self.false_positives + self.false_negatives;
        ratio(2 * self.true_positives, 2 * self.true_positives + errors)
    }

    /// All errors together.
    pub fn cost(&self, costs: Costs) -> f64 {
        self.false_positives as f64 * costs.false_positive
            + self.false_negatives as f64 * costs.false_negative
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_of_their_own_rows() {
        let outcomes = Outcomes {
            true_positives: 6,
            false_positives: 1,
            true_negatives: 9,
            false_negatives: 2,
        };
        assert_eq!(outcomes.total(), 18);
        assert_eq!(outcomes.recall(), Some(0.75));
        assert_eq!(outcomes.precision(), Some(6.0 / 7.0));
        assert_eq!(outcomes.specificity(), Some(0.9));
        assert_eq!(outcomes.false_positive_rate(), Some(0.1));
        assert_eq!(outcomes.f1(), Some(12.0 / 15.0));
        let costs = Costs {
            false_positive: 2.0,
            false_negative: 10.0,
        };
        assert_eq!(outcomes.cost(costs), 22.0);
        let none = Outcomes::default();
        assert_eq!((none.recall(), none.precision()), (None, None));
        assert_eq!((none.accuracy(), none.f1()), (None, None));
    }
}
