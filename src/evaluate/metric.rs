//! The metrics, as declared facts: names, help, direction, range.

/// What a metric is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricTask {
    Classification,
    Regression,
}

/// Named as people coming from Orange know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    Accuracy,
    Auc,
    F1,
    Precision,
    Recall,
    Mcc,
    LogLoss,
    BalancedAccuracy,
    Kappa,
    Brier,
    Rmse,
    Mae,
    Mape,
    R2,
    Mse,
}

impl Metric {
    /// Shown by default, in this order.
    pub const CLASSIFICATION: [Metric; 7] = [
        Metric::Accuracy,
        Metric::Auc,
        Metric::F1,
        Metric::Precision,
        Metric::Recall,
        Metric::Mcc,
        Metric::LogLoss,
    ];

    /// Computed along with the others, shown on request.
    pub const CLASSIFICATION_MORE: [Metric; 3] =
        [Metric::BalancedAccuracy, Metric::Kappa, Metric::Brier];

    pub const REGRESSION: [Metric; 5] = [
        Metric::Rmse,
        Metric::Mae,
        Metric::Mape,
        Metric::R2,
        Metric::Mse,
    ];

    pub const ALL: [Metric; 15] = [
        Metric::Accuracy,
        Metric::Auc,
        Metric::F1,
        Metric::Precision,
        Metric::Recall,
        Metric::Mcc,
        Metric::LogLoss,
        Metric::BalancedAccuracy,
        Metric::Kappa,
        Metric::Brier,
        Metric::Rmse,
        Metric::Mae,
        Metric::Mape,
        Metric::R2,
        Metric::Mse,
    ];

    /// By which models are ranked: CA or R2.
    pub fn leading(task: MetricTask) -> Metric {
        match task {
            MetricTask::Classification => Metric::Accuracy,
            MetricTask::Regression => Metric::R2,
        }
    }

    /// The name in JSON and in files.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Accuracy => "CA",
            Metric::Auc => "AUC",
            Metric::F1 => "F1",
            Metric::Precision => "Prec",
            Metric::Recall => "Recall",
            Metric::Mcc => "MCC",
            Metric::LogLoss => "LogLoss",
            Metric::BalancedAccuracy => "BalancedCA",
            Metric::Kappa => "Kappa",
            Metric::Brier => "Brier",
            Metric::Rmse => "RMSE",
            Metric::Mae => "MAE",
            Metric::Mape => "MAPE",
            Metric::R2 => "R2",
            Metric::Mse => "MSE",
        }
    }

    /// The name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Metric::R2 => "R²",
            _ => self.name(),
        }
    }

    pub fn by_name(name: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    pub fn full_name(self) -> &'static str {
        match self {
            Metric::Accuracy => "Classification accuracy",
            Metric::Auc => "Area under the ROC curve",
            Metric::F1 => "F1 score",
            Metric::Precision => "Precision",
            Metric::Recall => "Recall",
            Metric::Mcc => "Matthews correlation coefficient",
            Metric::LogLoss => "Log loss",
            Metric::BalancedAccuracy => "Balanced accuracy",
            Metric::Kappa => "Cohen's kappa",
            Metric::Brier => "Brier score",
            Metric::Rmse => "Root mean squared error",
            Metric::Mae => "Mean absolute error",
            Metric::Mape => "Mean absolute percentage error",
            Metric::R2 => "Coefficient of determination",
            Metric::Mse => "Mean squared error",
        }
    }

    /// One sentence.
    pub fn help(self) -> &'static str {
        match self {
            Metric::Accuracy => "The part of the rows whose class is predicted right.",
            Metric::Auc => {
                "How often a row of the class gets a higher probability than a row of another: 0.5 \
                 is guessing, 1 is perfect; each class against the rest, weighted by its rows."
            }
            Metric::F1 => {
                "The harmonic mean of precision and recall, averaged over classes weighted by \
                 their rows."
            }
            Metric::Precision => {
                "Of the rows predicted as a class, the part that is of it; averaged over classes \
                 weighted by their rows."
            }
            Metric::Recall => {
                "Of the rows of a class, the part that is found; averaged over classes weighted by \
                 their rows, which makes it equal to CA."
            }
            Metric::Mcc => {
                "The correlation between actual and predicted classes: 0 is guessing, 1 is \
                 perfect, also where classes differ much in size."
            }
            Metric::LogLoss => {
                "How surprised the probabilities are by the actual classes: small is good, and \
                 being sure and wrong costs most."
            }
            Metric::BalancedAccuracy => {
                "The mean over classes of the part predicted right, so that rare classes count \
                 like frequent ones."
            }
            Metric::Kappa => {
                "Agreement beyond what guessing with the same class frequencies would reach: 0 is \
                 guessing, 1 is perfect."
            }
            Metric::Brier => {
                "The mean squared difference between the probabilities and what came true: small \
                 is good."
            }
            Metric::Rmse => {
                "The typical size of an error in the target's unit; large errors count more."
            }
            Metric::Mae => "The mean size of an error in the target's unit.",
            Metric::Mape => {
                "The mean size of an error as a fraction of the actual value; it explodes where \
                 actual values are near 0."
            }
            Metric::R2 => {
                "The part of the target's variance that is explained: 0 is as good as always \
                 predicting the mean, 1 is perfect."
            }
            Metric::Mse => "The mean of the squared errors, in the target's unit squared.",
        }
    }

    pub fn higher_is_better(self) -> bool {
        !matches!(
            self,
            Metric::LogLoss
                | Metric::Brier
                | Metric::Rmse
                | Metric::Mae
                | Metric::Mape
                | Metric::Mse
        )
    }

    /// Lowest and highest possible value; infinite where there is no bound.
    pub fn range(self) -> (f64, f64) {
        match self {
            Metric::Mcc | Metric::Kappa => (-1.0, 1.0),
            Metric::R2 => (f64::NEG_INFINITY, 1.0),
            Metric::Brier => (0.0, 2.0),
            Metric::LogLoss | Metric::Rmse | Metric::Mae | Metric::Mape | Metric::Mse => {
                (0.0, f64::INFINITY)
            }
            _ => (0.0, 1.0),
        }
    }

    pub fn task(self) -> MetricTask {
        if Metric::REGRESSION.contains(&self) {
            MetricTask::Regression
        } else {
            MetricTask::Classification
        }
    }

    /// Needs probabilities, not classes alone.
    pub fn needs_probabilities(self) -> bool {
        matches!(self, Metric::Auc | Metric::LogLoss | Metric::Brier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_complete_and_names_unique() {
        let mut listed = Metric::CLASSIFICATION.to_vec();
        listed.extend(Metric::CLASSIFICATION_MORE);
        listed.extend(Metric::REGRESSION);
        assert_eq!(listed, Metric::ALL);
        for metric in Metric::ALL {
            assert_eq!(Metric::by_name(metric.name()), Some(metric));
            assert!(metric.help().ends_with('.'));
            let (low, high) = metric.range();
            assert!(low < high);
        }
        assert_eq!(Metric::by_name("ca"), None);
    }
}
