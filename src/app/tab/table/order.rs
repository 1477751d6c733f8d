//! Which rows are shown and in what order: asked of a worker when what decides it has changed.

use std::sync::Arc;

use super::Content;
use super::said::{Said, said_column};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::{TabMade, Wanted, slots};
use crate::base::{Cancel, Hash128};
use crate::train::HeldOut;
use crate::view::data_table::{filter_order, sort_order};
use crate::view::plane::RowSet;

/// What the rows shown depend on. Holds what it names, so that no address is used twice.
#[derive(Clone)]
pub(super) struct Question {
    pub table: Hash128,
    pub sort: Option<(Content, bool)>,
    pub held_out: Option<Arc<HeldOut>>,
    pub clusters: Option<Arc<[u32]>>,
    pub only: Option<Arc<RowSet>>,
}

impl Question {
    pub(super) fn same(&self, other: &Question) -> bool {
        let only = match (&self.only, &other.only) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        only && self.same_but_selection(other)
    }

    pub(super) fn same_but_selection(&self, other: &Question) -> bool {
        let held_out = match (&self.held_out, &other.held_out) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let clusters = match (&self.clusters, &other.clusters) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.table == other.table
            && self.sort == other.sort
            && held_out
            && clusters
            && self.only.is_some() == other.only.is_some()
    }
}

/// A worker's answer.
pub struct Order {
    pub(super) question: Question,
    pub(super) order: Option<Arc<[u32]>>,
}

/// Has the rows sorted and filtered when what decides them has changed.
pub(super) fn follow(frame: &Frame<'_>, scene: &Arc<Scene>, said: &Said, memory: &mut Memory) {
    let kept = &mut memory.table;
    let sorted_by_model = matches!(kept.sort, Some((c, _)) if !matches!(c, Content::Data(_)));
    let question = Question {
        table: scene.table.fingerprint(),
        sort: kept.sort,
        held_out: said.held_out.clone().filter(|_| sorted_by_model),
        clusters: said.clusters.clone().filter(|_| sorted_by_model),
        only: kept.only.then(|| frame.look.selection.clone()),
    };
    if let Some(asked) = &mut kept.asked {
        if asked.same(&question) {
            return;
        }
        if kept.own_click && asked.same_but_selection(&question) {
            kept.own_click = false;
            asked.only = question.only;
            return;
        }
    }
    kept.own_click = false;
    kept.asked = Some(question.clone());
    if question.sort.is_none() && question.only.is_none() {
        kept.order = None;
        return;
    }
    let scene = scene.clone();
    memory.wanted.push(Wanted {
        slot: slots::ORDER,
        priority: 245,
        make: Box::new(move || {
            let order = order(&scene, &question);
            TabMade::Order(Order { question, order })
        }),
    });
}

fn order(scene: &Scene, question: &Question) -> Option<Arc<[u32]>> {
    let cancel = Cancel::new();
    let table = &scene.table;
    let sorted = match question.sort {
        None => None,
        Some((Content::Data(index), up)) => {
            let column = table.columns().get(index)?;
            Some(sort_order(column, up, &cancel).ok()?)
        }
        Some((content, up)) => {
            let column = said_column(scene, table, question, content)?;
            Some(sort_order(&column, up, &cancel).ok()?)
        }
    };
    match &question.only {
        None => sorted,
        Some(only) => filter_order(
            sorted.as_deref(),
            table.rows(),
            |r| only.contains(r),
            &cancel,
        )
        .ok(),
    }
}
