//! What a data set is made for.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Classification,
    Regression,
    Clustering,
}

impl Purpose {
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Classification => "classification",
            Purpose::Regression => "regression",
            Purpose::Clustering => "clustering",
        }
    }
}
