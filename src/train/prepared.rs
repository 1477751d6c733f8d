//! Rows, folds and fitted recipes of a job: all that a knob of the model does not touch, kept.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::Job;
use crate::base::{Cancel, Halt, Hash128, Hasher128, Outcome, Problem, Random};
use crate::data::Table;
use crate::model::{Samples, Task};
use crate::numeric::{Labels, Matrix};
use crate::prepare::{FittedRecipe, Folds, Recipe, Scaling, SplitScheme, Target};

/// A recipe fitted on some training rows, and those rows turned by it.
#[derive(Debug)]
pub struct Part {
    pub recipe: Arc<FittedRecipe>,
    pub samples: Arc<Samples>,
    /// Table rows of the samples.
    pub rows: Arc<[u32]>,
}

/// One fold: its training part and its held-out rows, turned by the training part's recipe.
#[derive(Debug)]
pub struct FoldPart {
    pub train: Part,
    pub test_x: Matrix,
    pub test_y: Option<Labels>,
    /// Table rows (of the test file under `file:`) of the held-out part.
    pub test_rows: Arc<[u32]>,
}

/// What a job works on. Parts are made when they are first asked for.
#[derive(Debug)]
pub struct Prepared {
    key: Hash128,
    table: Table,
    test_table: Option<Table>,
    features: Vec<usize>,
    recipe: Recipe,
    scaling: Scaling,
    /// The target, where the task has one.
    pub target: Option<Target>,
    /// The target of the test file.
    test_target: Option<Target>,
    /// Rows that can be used: those with a target.
    pub rows: Arc<[u32]>,
    pub folds: Folds,
    /// Sentences about rows left out and small classes.
    pub warnings: Vec<Problem>,
    seed: u64,
    full: OnceLock<Arc<Part>>,
    parts: Vec<OnceLock<Arc<FoldPart>>>,
    samples: Mutex<HashMap<usize, Arc<Part>>>,
}

/// Which rows of a preparation a part holds.
enum Named {
    Full,
    /// At most so many.
    Sample(usize),
    Fold(usize),
}

impl Named {
    /// The word in front keeps a sample of 3 rows apart from fold 3.
    fn hash(self, hasher: &mut Hasher128) {
        let (word, number) = match self {
            Named::Full => (0, 0),
            Named::Sample(limit) => (1, limit),
            Named::Fold(index) => (2, index),
        };
        hasher.word(word).word(number as u64);
    }
}

impl Prepared {
    /// Finds target, rows and folds; turns nothing into numbers yet.
    pub fn new(job: &Job, cancel: &Cancel) -> Outcome<Self> {
        let table = &job.table;
        let features = job.roles.features();
        // Of one row alone no column tells anything, so none is a feature by itself.
        if features.is_empty() && table.rows() == 1 {
            return Err(Problem::new("one row alone teaches nothing")
                .at(table.name())
                .fix("Open a table with more rows")
                .into());
        }
        if features.is_empty() {
            return Err(Problem::new("no column is used as a feature")
                .at(table.name())
                .fix("Tick at least one column")
                .into());
        }
        let task = job.task();
        let target = match (task, job.roles.target()) {
            (Task::Clustering, _) => None,
            (_, None) => {
                return Err(Problem::new("no column is the target")
                    .at(table.name())
                    .fix("Choose the column that the models shall predict")
                    .into());
            }
            (task, Some(column)) => Some(find_target(table, column, task)?),
        };
        let mut warnings = Vec::new();
        let rows: Arc<[u32]> = match &target {
            Some(target) => {
                warnings.extend(target.warnings().iter().cloned());
                target.rows().clone()
            }
            None => (0..table.rows() as u32).collect(),
        };
        if rows.is_empty() {
            return Err(Problem::new("it has no rows to learn from")
                .at(table.name())
                .into());
        }
        let classes = target.as_ref().and_then(Target::classes);
        let scheme = match task {
            // A clustering is not told what to predict, so nothing is held out from it.
            Task::Clustering => SplitScheme::Train,
            _ => job.split.clone(),
        };
        cancel.check()?;
        let folds = scheme.folds(table, &rows, classes, job.seed, cancel)?;
        warnings.extend(folds.warnings.iter().cloned());
        let test_target = match (&job.test, &target) {
            (Some(test), Some(target)) => Some(target_of_test(test, target, table, job)?),
            _ => None,
        };
        let mut hasher = Hasher128::new();
        hasher.hash(job.data_key());
        let parts = (0..folds.folds.len()).map(|_| OnceLock::new()).collect();
        Ok(Prepared {
            key: hasher.finish(),
            table: table.clone(),
            test_table: job.test.clone(),
            features,
            recipe: job.recipe.clone(),
            scaling: job.scaling(),
            target,
            test_target,
            rows,
            folds,
            warnings,
            seed: job.seed,
            full: OnceLock::new(),
            parts,
            samples: Mutex::default(),
        })
    }

    /// Class names; empty for numbers and clusterings.
    pub fn class_names(&self) -> &[String] {
        self.target.as_ref().map_or(&[], |t| t.class_names())
    }

    /// The rows of the model that is drawn and saved: all usable ones, under holdout its training part.
    pub fn drawn_rows(&self) -> &Arc<[u32]> {
        self.folds.drawn().unwrap_or(&self.rows)
    }

    /// Training rows of the smallest fold.
    pub fn smallest_training(&self) -> usize {
        let folds = self.folds.folds.iter().map(|f| f.train.len());
        folds.min().unwrap_or(self.rows.len())
    }

    /// The part behind the model that is drawn.
    pub fn full(&self, cancel: &Cancel) -> Outcome<Arc<Part>> {
        if let Some(part) = self.full.get() {
            return Ok(part.clone());
        }
        let part = Arc::new(self.part(self.drawn_rows().clone(), Named::Full, cancel)?);
        Ok(self.full.get_or_init(|| part).clone())
    }

    /// At most `limit` rows of the drawn ones, drawn without replacement by the job's seed.
    pub fn sample(&self, limit: usize, cancel: &Cancel) -> Outcome<Arc<Part>> {
        let all = self.drawn_rows();
        if all.len() <= limit {
            return self.full(cancel);
        }
        if let Some(part) = self.lock_samples().get(&limit) {
            return Ok(part.clone());
        }
        let mut random = Random::stream(self.seed, 0x5a3b1e);
        let mut chosen: Vec<u32> = sample_positions(all.len(), limit, &mut random)
            .into_iter()
            .map(|position| all[position])
            .collect();
        chosen.sort_unstable();
        let part = Arc::new(self.part(chosen.into(), Named::Sample(limit), cancel)?);
        self.lock_samples().insert(limit, part.clone());
        Ok(part)
    }

    /// A fold's parts; kept as long as all folds together stay small.
    pub fn fold(&self, index: usize, cancel: &Cancel) -> Outcome<Arc<FoldPart>> {
        if let Some(part) = self.parts[index].get() {
            return Ok(part.clone());
        }
        let fold = &self.folds.folds[index];
        let train = self.part(fold.train.clone(), Named::Fold(index), cancel)?;
        cancel.check()?;
        let (test_x, test_y, test_rows) = match (&self.test_table, &self.test_target) {
            (Some(table), Some(target)) => {
                let rows: Arc<[u32]> = target.rows().clone();
                let x = train.recipe.apply(table, &rows, cancel)?;
                (x, Some(target.labels(&rows)), rows)
            }
            _ => {
                let x = train.recipe.apply(&self.table, &fold.test, cancel)?;
                let y = self.target.as_ref().map(|t| t.labels(&fold.test));
                (x, y, fold.test.clone())
            }
        };
        let part = Arc::new(FoldPart {
            train,
            test_x,
            test_y,
            test_rows,
        });
        let bytes = part.train.samples.x.values().len() * 8 * self.folds.folds.len();
        if bytes <= KEPT_BYTES {
            return Ok(self.parts[index].get_or_init(|| part).clone());
        }
        Ok(part)
    }

    /// A fold's held-out rows with all columns, before any are selected or projected.
    pub fn encoded_test(&self, fold: &FoldPart, cancel: &Cancel) -> Outcome<Matrix> {
        if fold.train.recipe.reduction().is_none() {
            return Ok(fold.test_x.clone());
        }
        let table = self.test_table.as_ref().unwrap_or(&self.table);
        fold.train.recipe.encode(table, &fold.test_rows, cancel)
    }

    fn part(&self, rows: Arc<[u32]>, name: Named, cancel: &Cancel) -> Outcome<Part> {
        let recipe = self
            .recipe
            .fit(&self.table, &self.features, &rows, self.scaling, cancel)?;
        let y = self.target.as_ref().map(|t| t.labels(&rows));
        let encoded = recipe.encode(&self.table, &rows, cancel)?;
        let recipe = self.recipe.reduce(recipe, &encoded, y.as_ref(), cancel)?;
        let x = recipe.reduce(encoded, cancel)?;
        if x.columns() == 0 {
            return Err(Halt::Failed(
                Problem::new("no feature is left after preparation")
                    .at(self.table.name())
                    .fix("Tick a column that has values"),
            ));
        }
        let mut hasher = Hasher128::new();
        name.hash(hasher.hash(self.key));
        Ok(Part {
            samples: Arc::new(Samples {
                x,
                y,
                key: hasher.finish(),
            }),
            recipe: Arc::new(recipe),
            rows,
        })
    }

    /// Size in memory of what has been made so far.
    pub fn bytes(&self) -> usize {
        let part = |part: &Part| part.samples.x.values().len() * 8 + part.rows.len() * 4;
        let full = self.full.get().map_or(0, |p| part(p));
        let folds = self.parts.iter().filter_map(OnceLock::get);
        let folds = folds.map(|f| part(&f.train) + f.test_x.values().len() * 8);
        let samples: usize = self.lock_samples().values().map(|p| part(p)).sum();
        full + folds.sum::<usize>() + samples
    }

    fn lock_samples(&self) -> MutexGuard<'_, HashMap<usize, Arc<Part>>> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const KEPT_BYTES: usize = 512 << 20;

fn find_target(table: &Table, column: usize, task: Task) -> Result<Target, Problem> {
    let column = &table.columns()[column];
    match task {
        Task::Classification => Target::as_classes(column),
        _ => Target::as_numbers(column),
    }
}

fn target_of_test(
    test: &Table,
    target: &Target,
    table: &Table,
    job: &Job,
) -> Result<Target, Problem> {
    let name = job.roles.target().map(|c| table.columns()[c].name.clone());
    let column = name
        .as_deref()
        .and_then(|name| test.column(name))
        .ok_or_else(|| {
            Problem::new(format!(
                "it has no column {}",
                name.as_deref().unwrap_or("of the target")
            ))
            .at(test.name())
            .fix("Test on a file with the same columns")
        })?;
    target.of_other(column)
}

/// `count` different positions below `n`, in ascending order of a Floyd sample's set.
fn sample_positions(n: usize, count: usize, random: &mut Random) -> Vec<usize> {
    let mut taken = HashSet::with_capacity(count);
    let mut positions = Vec::with_capacity(count);
    for upper in n - count..n {
        let candidate = random.below(upper + 1);
        let position = if taken.insert(candidate) {
            candidate
        } else {
            upper
        };
        taken.insert(position);
        positions.push(position);
    }
    positions
}

/// The most recent preparations, a few of them and up to a byte budget.
#[derive(Clone, Default)]
pub struct PreparedCache {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    store: Mutex<Store>,
    /// A preparation is made, or could not be.
    made: Condvar,
}

#[derive(Default)]
struct Store {
    kept: Kept,
    /// Those that a thread is about to make.
    making: HashSet<Hash128>,
}

/// The most recently used last.
type Kept = Vec<(Hash128, Arc<Prepared>)>;

/// How often whoever waits for another's preparation looks whether to stop.
const LOOK: Duration = Duration::from_millis(20);

const KEPT: usize = 12;
/// Preparations grow while folds are made; the newest stay whatever their size: what scales its
/// features and what does not work side by side.
const CACHE_BYTES: usize = 1 << 30;
const KEPT_ANYWAY: usize = 3;
/// Tables above so many rows push out each other.
const LARGE_ROWS: usize = 200_000;

impl PreparedCache {
    /// The job's preparation, made where it is not kept. Two threads that ask for the same get one.
    pub fn get(&self, job: &Job, cancel: &Cancel) -> Outcome<Arc<Prepared>> {
        let key = job.data_key();
        let mut store = self.shared.lock();
        loop {
            if let Some(at) = store.kept.iter().position(|(k, _)| *k == key) {
                let found = store.kept.remove(at);
                let prepared = found.1.clone();
                store.kept.push(found);
                make_room(&mut store.kept, CACHE_BYTES);
                return Ok(prepared);
            }
            cancel.check()?;
            if store.making.insert(key) {
                break;
            }
            let waited = self.shared.made.wait_timeout(store, LOOK);
            store = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(store);
        // Until its end, however it ends.
        let _making = Making(&self.shared, key);
        let prepared = Arc::new(Prepared::new(job, cancel)?);
        let mut store = self.shared.lock();
        if job.table.rows() > LARGE_ROWS {
            let fingerprint = job.table.fingerprint();
            store.kept.retain(|(_, p)| {
                p.table.rows() <= LARGE_ROWS || p.table.fingerprint() == fingerprint
            });
        }
        store.kept.push((key, prepared.clone()));
        make_room(&mut store.kept, CACHE_BYTES);
        drop(store);
        Ok(prepared)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread makes the preparation of this name; dropped, others may.
struct Making<'a>(&'a Shared, Hash128);

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.lock().making.remove(&self.1);
        self.0.made.notify_all();
    }
}

/// Drops what was not used for longest.
fn make_room(kept: &mut Kept, budget: usize) {
    let mut bytes: usize = kept.iter().map(|(_, p)| p.bytes()).sum();
    while kept.len() > KEPT || (bytes > budget && kept.len() > KEPT_ANYWAY) {
        bytes = bytes.saturating_sub(kept.remove(0).1.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::sample::{job, params, table};

    #[test]
    fn a_preparation_is_shared_by_models_and_not_by_seeds() {
        let cache = PreparedCache::default();
        let with = |id: &str, seed: u64| {
            let mut job = job(table(90), params(id, &[]));
            job.seed = seed;
            cache.get(&job, &Cancel::new()).unwrap()
        };
        let (tree, forest) = ("decision_tree_classifier", "random_forest_classifier");
        assert!(Arc::ptr_eq(&with(tree, 1), &with(forest, 1)));
        let (one, two) = (with(tree, 1), with(tree, 2));
        assert!(!Arc::ptr_eq(&one, &two));
        assert_ne!(one.folds.folds[0].test, two.folds.folds[0].test);
        let cancel = Cancel::new();
        let keys = [&one, &two].map(|p| p.fold(0, &cancel).unwrap().train.samples.key);
        assert_ne!(keys[0], keys[1]);
        // Scaled and plain rows are different things.
        assert!(!Arc::ptr_eq(&one, &with("knn_classifier", 1)));
    }

    #[test]
    fn the_oldest_go_first_and_the_newest_stay_whatever_their_size() {
        let mut kept: Kept = Vec::new();
        for seed in 0..6 {
            let mut job = job(table(90), params("gaussian_nb", &[]));
            job.seed = seed;
            let prepared = Prepared::new(&job, &Cancel::new()).unwrap();
            prepared.full(&Cancel::new()).unwrap();
            assert!(prepared.bytes() >= 90 * 2 * 8);
            kept.push((job.data_key(), Arc::new(prepared)));
        }
        let keys: Vec<Hash128> = kept.iter().map(|(key, _)| *key).collect();
        let one = kept[0].1.bytes();
        make_room(&mut kept, 4 * one);
        let left = |kept: &Kept| kept.iter().map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!(left(&kept), keys[2..]);
        make_room(&mut kept, 0);
        assert_eq!(left(&kept), keys[6 - KEPT_ANYWAY..]);
    }

    #[test]
    fn a_sample_and_a_fold_of_one_number_have_keys_of_their_own() {
        let prepared = Prepared::new(&job(table(90), params("gaussian_nb", &[])), &Cancel::new());
        let (prepared, cancel) = (prepared.unwrap(), Cancel::new());
        let sample = prepared.sample(2, &cancel).unwrap().samples.key;
        let fold = prepared.fold(2, &cancel).unwrap().train.samples.key;
        let full = prepared.full(&cancel).unwrap().samples.key;
        assert!(sample != fold && fold != full && sample != full);
    }

    #[test]
    fn threads_that_ask_at_once_get_one_preparation() {
        let cache = PreparedCache::default();
        let job = Job {
            split: SplitScheme::LeaveOneOut,
            ..job(table(2_000), params("gaussian_nb", &[]))
        };
        let get = || cache.get(&job, &Cancel::new()).unwrap();
        let made = std::thread::scope(|scope| {
            let threads = [(); 3].map(|()| scope.spawn(get));
            threads.map(|thread| thread.join().unwrap())
        });
        assert!(made.iter().all(|one| Arc::ptr_eq(one, &made[0])));
        assert!(cache.shared.lock().making.is_empty());
    }

    #[test]
    fn a_preparation_that_was_stopped_or_failed_can_be_asked_for_again() {
        let cache = PreparedCache::default();
        let mut job = job(table(90), params("gaussian_nb", &[]));
        let stopped = Cancel::new();
        stopped.cancel();
        assert!(matches!(cache.get(&job, &stopped), Err(Halt::Cancelled)));
        assert!(cache.get(&job, &Cancel::new()).is_ok());
        job.split = SplitScheme::KFold { k: 1_000 };
        for _ in 0..2 {
            let failed = cache.get(&job, &Cancel::new());
            assert!(matches!(failed, Err(Halt::Failed(_))), "{failed:?}");
        }
        // Whoever waits for another's can be stopped too.
        job.seed = 7;
        cache.shared.lock().making.insert(job.data_key());
        assert!(matches!(cache.get(&job, &stopped), Err(Halt::Cancelled)));
    }
}
