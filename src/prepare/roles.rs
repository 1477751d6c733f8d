//! What each column is used for.

use crate::base::{Hasher128, Problem};
use crate::data::{Column, Kind, Table, Varies};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What is to be predicted.
    Target,
    /// What it is predicted from.
    Feature,
    /// Names the row; shown beside it, never learned from.
    Id,
    Ignored,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Target, Role::Feature, Role::Id, Role::Ignored];

    pub fn name(self) -> &'static str {
        match self {
            Role::Target => "target",
            Role::Feature => "feature",
            Role::Id => "id",
            Role::Ignored => "ignored",
        }
    }
}

/// One role for each column of a table, at most one of them the target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles {
    roles: Vec<Role>,
}

impl From<Vec<Role>> for Roles {
    /// Of several targets the first stays, the others become features.
    fn from(mut roles: Vec<Role>) -> Self {
        let targets = roles.iter_mut().filter(|role| **role == Role::Target);
        for extra in targets.skip(1) {
            *extra = Role::Feature;
        }
        Roles { roles }
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.roles
    }
}

impl Roles {
    /// All usable columns are features. Text and dates are ignored, so are columns without values
    /// or with one value only; what names the rows is an id. The notes say which and why.
    pub fn guess(table: &Table, target: Option<usize>) -> (Roles, Vec<Problem>) {
        let mut notes = Vec::new();
        let roles = table.columns().iter().enumerate().map(|(index, column)| {
            if Some(index) == target {
                return Role::Target;
            }
            let (role, note) = guess_one(column, &table.about().varies[index]);
            if let Some(note) = note {
                notes.push(Problem::new(note).at(format!("Column {}", column.name)));
            }
            role
        });
        let roles = roles.collect();
        (Roles { roles }, notes)
    }

    pub fn len(&self) -> usize {
        self.roles.len()
    }

    pub fn is_empty(&self) -> bool {
        self.roles.is_empty()
    }

    /// `Ignored` for a column that does not exist.
    pub fn get(&self, column: usize) -> Role {
        self.roles.get(column).copied().unwrap_or(Role::Ignored)
    }

    /// A new target makes the old one a feature. A column that does not exist changes nothing.
    pub fn set(&mut self, column: usize, role: Role) {
        if column >= self.roles.len() {
            return;
        }
        if role == Role::Target {
            for other in &mut self.roles {
                if *other == Role::Target {
                    *other = Role::Feature;
                }
            }
        }
        self.roles[column] = role;
    }

    pub fn target(&self) -> Option<usize> {
        self.roles.iter().position(|&role| role == Role::Target)
    }

    /// Column indices, ascending.
    pub fn features(&self) -> Vec<usize> {
        self.with(Role::Feature)
    }

    /// Column indices, ascending.
    pub fn with(&self, role: Role) -> Vec<usize> {
        let all = self.roles.iter().enumerate();
        all.filter(|(_, r)| **r == role).map(|(i, _)| i).collect()
    }

    #[expect(
        clippy::should_implement_trait,
        reason = "stable hashes, which std's are not"
    )]
    pub fn hash(&self, hasher: &mut Hasher128) {
        hasher.word(self.roles.len() as u64);
        for role in &self.roles {
            hasher.word(*role as u64);
        }
    }
}

fn guess_one(column: &Column, varies: &Varies) -> (Role, Option<String>) {
    let (role, note) = match varies {
        Varies::Nothing => (Role::Ignored, "it has no values and is ignored".into()),
        _ if column.kind == Kind::Text => return (Role::Ignored, None),
        Varies::One(value) => {
            let note = format!("all its values are {value}, so it is ignored");
            (Role::Ignored, note)
        }
        _ if column.kind == Kind::Date => return (Role::Ignored, None),
        Varies::CountsRows => (Role::Id, "it counts the rows and is taken as an id".into()),
        Varies::EachItsOwn => {
            let note = "every value is different, so it is taken as an id";
            (Role::Id, note.into())
        }
        Varies::Yes => return (Role::Feature, None),
    };
    (role, Some(note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{TableBuilder, Values};

    fn table() -> Table {
        let n = 30;
        let rising = || (0..n).map(f64::from).collect::<Vec<_>>();
        let text = Column {
            kind: Kind::Text,
            values: Values::Text((0..n).map(|i| i.to_string().into_boxed_str()).collect()),
            ..Column::numbers("note", rising())
        };
        let date = Column {
            kind: Kind::Date,
            ..Column::numbers("day", rising())
        };
        let names = (0..n).map(|i| format!("p{i:02}")).collect::<Vec<_>>();
        TableBuilder::new("t")
            .column(Column::numbers("id", rising()))
            .column(Column::numbers("x", rising()))
            .column(Column::numbers("flat", vec![2.0; n as usize]))
            .column(Column::numbers("void", vec![f64::NAN; n as usize]))
            .column(Column::categories("name", (0..n as u32).collect(), names))
            .column(Column::categories(
                "class",
                (0..n as u32).map(|i| i % 2).collect(),
                vec!["a".into(), "b".into()],
            ))
            .column(text)
            .column(date)
            .build()
            .unwrap()
    }

    #[test]
    fn usable_columns_become_features_and_the_rest_is_told() {
        let table = table();
        let (roles, notes) = Roles::guess(&table, table.position("class"));
        assert_eq!(roles.features(), vec![1]);
        assert_eq!(roles.target(), Some(5));
        assert_eq!(roles.with(Role::Id), vec![0, 4]);
        assert_eq!(roles.with(Role::Ignored), vec![2, 3, 6, 7]);
        let sentences: Vec<String> = notes.iter().map(Problem::to_string).collect();
        assert_eq!(sentences.len(), 4, "{sentences:?}");
        assert!(sentences[1].contains("Column flat: all its values are 2"));
    }

    #[test]
    fn there_is_one_target_at_most() {
        let mut roles = Roles::from(vec![Role::Target, Role::Feature, Role::Target]);
        assert_eq!(roles.target(), Some(0));
        assert_eq!(roles.features(), vec![1, 2]);
        roles.set(1, Role::Target);
        roles.set(99, Role::Target);
        assert_eq!(roles.target(), Some(1));
        assert_eq!(roles.features(), vec![0, 2]);
    }
}
