//! Which column a person most likely wants to predict, and which only name the rows.

use super::{Column, Kind, Table, Values};

/// The column to predict: what the source states; else one whose name says so; else the last category
/// of few levels. Nothing where only numbers are left: any of them may be meant.
pub fn guess_target(table: &Table) -> Option<usize> {
    const NAMES: [&str; 12] = [
        "target",
        "class",
        "label",
        "species",
        "y",
        "outcome",
        "diagnosis",
        "survived",
        "survival",
        "response",
        "output",
        "category",
    ];
    if let Some(at) = table
        .suggested_target()
        .and_then(|name| table.position(name))
    {
        return Some(at);
    }
    let usable = |column: &Column| {
        column.kind != Kind::Text
            && column.kind != Kind::Date
            && column.missing.count() < column.len()
    };
    let named = NAMES.iter().find_map(|name| {
        table
            .columns()
            .iter()
            .position(|column| usable(column) && column.name.trim().eq_ignore_ascii_case(name))
    });
    named.or_else(|| {
        table.columns().iter().rposition(|column| {
            let present = column.len() - column.missing.count();
            let levels = column.levels().len();
            // Of four rows and more, values of which none comes twice name the rows.
            let names_rows = present > 3 && levels == present;
            usable(column) && (2..=20).contains(&levels) && !names_rows
        })
    })
}

/// Columns that name the rows: consecutive whole numbers called so, and texts or categories that are
/// different in every row and called so.
pub fn guess_ids(table: &Table) -> Vec<usize> {
    (0..table.columns().len())
        .filter(|&at| is_id(&table.columns()[at]))
        .collect()
}

pub(super) fn is_id(column: &Column) -> bool {
    let name = column.name.trim().to_lowercase();
    let words = [
        "id",
        "index",
        "row",
        "rowid",
        "rownames",
        "nr",
        "no",
        "obs",
        "key",
        "uuid",
        "__index_level_0__",
    ];
    let called = words.contains(&name.as_str())
        || name.ends_with("_id")
        || name.ends_with(" id")
        || name.starts_with("unnamed");
    if !called || column.missing.count() > 0 || column.len() < 2 {
        return false;
    }
    match &column.values {
        Values::Number(values) => {
            let mut sorted = values.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            column.kind == Kind::Number
                && sorted.iter().all(|v| *v == v.trunc())
                && sorted.windows(2).all(|pair| pair[0] < pair[1])
        }
        Values::Category { levels, .. } => levels.len() == column.len(),
        Values::Text(values) => {
            let distinct: std::collections::HashSet<&str> = values.iter().map(|v| &**v).collect();
            distinct.len() == values.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::data::{ReadOptions, csv};

    fn table(text: &str) -> Table {
        csv::read(
            "t",
            text.as_bytes().to_vec(),
            &ReadOptions::default(),
            &Cancel::new(),
        )
        .unwrap()
    }

    #[test]
    fn names_beat_places_and_numbers_alone_say_nothing() {
        assert_eq!(guess_target(&table("Class,a,b\n1,2,x\n2,3,y\n")), Some(0));
        assert_eq!(guess_target(&table("a,b,c\n1,x,2\n2,y,3\n")), Some(1));
        assert_eq!(guess_target(&table("a,b\n1,2\n2,3\n")), None);
        let sums = "region,total\nN,1\nE,2\nS,3\nW,4\n";
        assert_eq!(guess_target(&table(sums)), None);
        assert_eq!(guess_target(&table("a,y\n1,2\n2,3\n")), Some(1));
    }

    #[test]
    fn ids_are_called_so_and_differ() {
        let read = table("id,row,x,customer_id\n7,1,1,a\n9,1,2,b\n3,1,3,c\n");
        assert_eq!(guess_ids(&read), [0, 3]);
    }
}
