//! Which rows are shown and in what order: asked of a worker when what decides it has changed.

use std::sync::Arc;
use std::time::Instant;

use super::Content;
use super::said::{Said, said_column, said_values};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::{OWN_THREAD, TabMade, Wanted, slots};
use crate::base::Hash128;
use crate::data::Table;
use crate::train::HeldOut;
use crate::view::data_table::{Filter, Watch, filter_order, keep_also, keep_rows, sort_order};
use crate::view::plane::RowSet;

/// What the rows shown depend on. Holds what it names, so that no address is used twice.
#[derive(Clone)]
pub(super) struct Question {
    pub table: Hash128,
    pub sort: Option<(Content, bool)>,
    pub held_out: Option<Arc<HeldOut>>,
    pub clusters: Option<Arc<[u32]>>,
    pub only: Option<Arc<RowSet>>,
    pub filters: Vec<Filter>,
    pub search: String,
}

fn same_arc<T: ?Sized>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

impl Question {
    pub(super) fn same(&self, other: &Question) -> bool {
        same_arc(self.only.as_ref(), other.only.as_ref()) && self.same_but_selection(other)
    }

    pub(super) fn same_but_selection(&self, other: &Question) -> bool {
        self.same_sort(other)
            && self.only.is_some() == other.only.is_some()
            && self.filters == other.filters
            && self.search == other.search
    }

    fn same_sort(&self, other: &Question) -> bool {
        self.table == other.table
            && self.sort == other.sort
            && same_arc(self.held_out.as_ref(), other.held_out.as_ref())
            && same_arc(self.clusters.as_ref(), other.clusters.as_ref())
    }

    /// All rows in the data's order.
    fn is_plain(&self) -> bool {
        self.sort.is_none()
            && self.only.is_none()
            && self.filters.is_empty()
            && self.search.is_empty()
    }
}

/// A worker's answer.
pub struct Order {
    pub(super) question: Question,
    pub(super) order: Option<Arc<[u32]>>,
    /// All rows in this order, so that another condition need not sort them again.
    pub(super) sorted: Option<Arc<[u32]>>,
}

/// An answer on its way.
pub(super) struct Finding {
    pub watch: Watch,
    pub since: Instant,
    /// Rows are brought into order; else looked through.
    pub sorts: bool,
}

/// Has the rows sorted and filtered when what decides them has changed.
pub(super) fn follow(
    frame: &Frame<'_>,
    scene: Option<&Arc<Scene>>,
    said: &Said,
    memory: &mut Memory,
) {
    let table = frame.desk.project().table.clone();
    let kept = &mut memory.table;
    let sorted_by_model = matches!(kept.sort, Some((c, _)) if !matches!(c, Content::Data(_)));
    let by_model = sorted_by_model || kept.filters.iter().any(|f| Content::said_of(f).is_some());
    let question = Question {
        table: table.fingerprint(),
        sort: kept.sort,
        held_out: said.held_out.clone().filter(|_| by_model),
        clusters: said.clusters.clone().filter(|_| by_model),
        only: kept.only.then(|| frame.look.selection.clone()),
        filters: kept.filters.clone(),
        search: kept.search.trim().to_owned(),
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
    if let Some(former) = kept.finding.take() {
        former.watch.cancel.cancel();
    }
    if question.is_plain() {
        kept.order = None;
        kept.answered = None;
        return;
    }
    let watch = Watch::default();
    let known = kept.sorted.as_ref();
    let known = known.filter(|(of, _)| of.same_sort(&question));
    kept.finding = Some(Finding {
        watch: watch.clone(),
        since: Instant::now(),
        sorts: question.sort.is_some() && known.is_none(),
    });
    let known = known.map(|(_, order)| order.clone());
    let scene = scene.cloned();
    memory.wanted.push(Wanted {
        slot: slots::ORDER,
        priority: OWN_THREAD,
        make: Box::new(move || {
            TabMade::Order(order(&table, scene.as_deref(), question, known, &watch))
        }),
    });
}

fn order(
    table: &Table,
    scene: Option<&Scene>,
    question: Question,
    known: Option<Arc<[u32]>>,
    watch: &Watch,
) -> Order {
    let sorted = known.or_else(|| sorted(table, scene, &question, watch));
    let shown = shown(table, scene, &question, sorted.as_deref(), watch);
    Order {
        order: shown.or_else(|| sorted.clone()),
        sorted,
        question,
    }
}

fn sorted(
    table: &Table,
    scene: Option<&Scene>,
    question: &Question,
    watch: &Watch,
) -> Option<Arc<[u32]>> {
    let (content, up) = question.sort?;
    if let Content::Data(index) = content {
        return sort_order(table.columns().get(index)?, up, watch).ok();
    }
    let column = said_column(scene?, table, question, content)?;
    sort_order(&column, up, watch).ok()
}

/// None where every row is shown, or the work was stopped.
fn shown(
    table: &Table,
    scene: Option<&Scene>,
    question: &Question,
    sorted: Option<&[u32]>,
    watch: &Watch,
) -> Option<Arc<[u32]>> {
    let filtered = !question.filters.is_empty() || !question.search.is_empty();
    let keep = match filtered {
        true => {
            let keep = keep_rows(table, &question.filters, &question.search, watch);
            let mut keep = keep.ok()?;
            for filter in &question.filters {
                let said = Content::said_of(filter).zip(scene);
                let column = said.and_then(|(c, scene)| said_values(scene, table, question, c));
                // Until the model has said anything, its filter lets all rows pass.
                if let Some(column) = column {
                    keep_also(&column, &filter.test, &mut keep, &watch.cancel).ok()?;
                }
            }
            Some(keep)
        }
        false => None,
    };
    let only = question.only.as_ref();
    if keep.is_none() && only.is_none() {
        return None;
    }
    let stays = |row: u32| {
        keep.as_ref().is_none_or(|keep| keep[row as usize])
            && only.is_none_or(|only| only.contains(row))
    };
    filter_order(sorted, table.rows(), stays, &watch.cancel).ok()
}
