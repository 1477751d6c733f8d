//! Undo and redo: one step a gesture, each with its line for the lab book.

use super::{Command, Project};
use crate::base::Hash128;
use crate::data::{Column, Table};

/// The project and the states around it. Tables are shared, so a state costs little.
#[derive(Debug)]
pub struct History {
    present: Project,
    /// Names the present state; undo brings a name back with its state.
    state: u64,
    last_state: u64,
    past: Vec<Step>,
    future: Vec<Step>,
    /// The gesture that the newest step belongs to.
    gesture: Option<u64>,
    /// Steps beyond the longest past were dropped, work among them.
    forgot_work: bool,
}

/// A step and what lies on its other side.
#[derive(Debug)]
struct Step {
    line: String,
    project: Project,
    state: u64,
    /// More than a look at another data set.
    work: bool,
    /// Of tables that the state after it does not share.
    bytes: usize,
}

const MOST_STEPS: usize = 500;
/// What the tables of the past may take. A single step back stays, whatever its size.
const MOST_BYTES: usize = 1 << 30;

impl History {
    pub fn new(project: Project) -> Self {
        History {
            present: project,
            state: 0,
            last_state: 0,
            past: Vec::new(),
            future: Vec::new(),
            gesture: None,
            forgot_work: false,
        }
    }

    pub fn project(&self) -> &Project {
        &self.present
    }

    /// A name of the present state, the same again when undo or redo leads back to it.
    pub fn state(&self) -> u64 {
        self.state
    }

    /// Whether anything was done that a person would miss: more than opening data sets.
    pub fn has_work(&self) -> bool {
        self.forgot_work || self.past.iter().any(|step| step.work)
    }

    /// A table of any state, by its fingerprint.
    pub fn table(&self, fingerprint: Hash128) -> Option<Table> {
        let steps = self.past.iter().chain(&self.future);
        let mut tables = std::iter::once(&self.present)
            .chain(steps.map(|step| &step.project))
            .map(|project| &project.table);
        tables.find(|t| t.fingerprint() == fingerprint).cloned()
    }

    /// Whether only redo leads to this table.
    pub fn is_undone(&self, fingerprint: Hash128) -> bool {
        let is_it = |project: &Project| project.table.fingerprint() == fingerprint;
        self.future.iter().any(|step| is_it(&step.project))
            && !is_it(&self.present)
            && !self.past.iter().any(|step| is_it(&step.project))
    }

    /// What undo does not restore, such as the selected card.
    pub fn select(&mut self, id: super::ModelId) {
        self.present.select(id);
    }

    /// Starts with these cards; for screenshots and the command line's --models.
    pub fn replace_models(&mut self, params: Vec<crate::model::Params>) {
        self.present.set_models(params);
    }

    /// Applies a command. Commands of one gesture (a drag of a knob) become one step: it leads back
    /// to where the gesture began. Gives the line for the lab book where something changed.
    pub fn apply(&mut self, command: Command, gesture: Option<u64>) -> Option<String> {
        let before = self.present.clone();
        let work = !matches!(command, Command::Load(_));
        let line = command.apply(&mut self.present)?;
        let state = self.state;
        self.last_state += 1;
        self.state = self.last_state;
        let continues = gesture.is_some() && self.gesture == gesture;
        if let Some(step) = self.past.last_mut().filter(|_| continues) {
            step.line = joined(&step.line, &line);
            step.bytes = bytes_beside(&step.project, &self.present);
        } else {
            self.past.push(Step {
                line: line.clone(),
                bytes: bytes_beside(&before, &self.present),
                project: before,
                state,
                work,
            });
        }
        self.gesture = gesture;
        self.future.clear();
        self.forget(MOST_STEPS, MOST_BYTES);
        Some(line)
    }

    /// Drops the oldest steps until those that are left take no more than this.
    fn forget(&mut self, steps: usize, bytes: usize) {
        let mut held: usize = self.past.iter().map(|step| step.bytes).sum();
        let mut gone = 0;
        while self.past.len() - gone > steps || held > bytes && self.past.len() - gone > 1 {
            held -= self.past[gone].bytes;
            gone += 1;
        }
        let forgotten = self.past.drain(..gone);
        self.forgot_work |= forgotten.fold(false, |work, step| work | step.work);
    }

    /// The gesture is over; the next command starts a step of its own.
    pub fn end_gesture(&mut self) {
        self.gesture = None;
    }

    /// Goes one step back and says which.
    pub fn undo(&mut self) -> Option<String> {
        let step = self.past.pop()?;
        let (line, other) = self.cross(step);
        self.future.push(other);
        Some(line)
    }

    pub fn redo(&mut self) -> Option<String> {
        let step = self.future.pop()?;
        let (line, other) = self.cross(step);
        self.past.push(other);
        Some(line)
    }

    /// Steps over to a step's other side; gives its line, and the step seen from there.
    fn cross(&mut self, step: Step) -> (String, Step) {
        let line = step.line.clone();
        let other = Step {
            project: std::mem::replace(&mut self.present, step.project),
            state: std::mem::replace(&mut self.state, step.state),
            line: step.line,
            work: step.work,
            bytes: step.bytes,
        };
        self.gesture = None;
        (line, other)
    }

    /// Goes so many steps back (below 0) or forward, as far as there are any; gives the line of the
    /// last one crossed.
    pub fn go(&mut self, by: i32) -> Option<String> {
        let mut line = None;
        for _ in 0..by.unsigned_abs() {
            let crossed = if by < 0 { self.undo() } else { self.redo() };
            if crossed.is_none() {
                break;
            }
            line = crossed;
        }
        line
    }

    /// What was done, the oldest first.
    pub fn past_lines(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.past.iter().map(|step| step.line.as_str())
    }

    /// What was undone, in the order in which redo brings it back.
    pub fn future_lines(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.future.iter().rev().map(|step| step.line.as_str())
    }

    pub fn undo_line(&self) -> Option<&str> {
        self.past.last().map(|step| step.line.as_str())
    }

    pub fn redo_line(&self) -> Option<&str> {
        self.future.last().map(|step| step.line.as_str())
    }
}

/// What one state's tables take that the other's do not.
fn bytes_beside(state: &Project, other: &Project) -> usize {
    let test = match (&state.test, &other.test) {
        (Some(test), Some(other)) => test.bytes_beside(other),
        (Some(test), None) => test.columns().iter().map(Column::bytes).sum(),
        (None, _) => 0,
    };
    state.table.bytes_beside(&other.table) + test
}

/// "Depth of B: none to 6" and "Depth of B: 6 to 7" are "Depth of B: none to 7".
fn joined(first: &str, last: &str) -> String {
    match (first.rsplit_once(" to "), last.rsplit_once(" to ")) {
        (Some((from, _)), Some((_, to))) => format!("{from} to {to}"),
        _ => last.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::edit::{Canvas, Edit, Ink, edit};
    use crate::data::{ReadOptions, open};

    fn start() -> History {
        let open = |name| open(name, &ReadOptions::default(), &crate::base::Cancel::new()).unwrap();
        History::new(Project::new(open("iris")))
    }

    fn seed(history: &mut History, seed: u64, gesture: Option<u64>) {
        history.apply(Command::SetSeed(seed), gesture);
    }

    #[test]
    fn going_back_and_forth_names_the_same_states() {
        let mut history = start();
        let first = history.state();
        for new in 1..=4 {
            seed(&mut history, new, None);
        }
        let last = history.state();
        let lines: Vec<&str> = history.past_lines().collect();
        assert_eq!(lines[0], "Seed: 42 to 1");
        assert_eq!(lines[3], "Seed: 3 to 4");
        assert_eq!(history.go(-3).as_deref(), Some("Seed: 1 to 2"));
        assert_eq!(history.project().seed, 1);
        let lines: Vec<&str> = history.future_lines().collect();
        assert_eq!(lines, ["Seed: 1 to 2", "Seed: 2 to 3", "Seed: 3 to 4"]);
        history.go(99);
        assert_eq!((history.project().seed, history.state()), (4, last));
        history.go(-99);
        assert_eq!((history.project().seed, history.state()), (42, first));
        assert_eq!(history.go(-1), None);
        // Another way from there is another state.
        seed(&mut history, 1, None);
        assert!(history.state() > last);
    }

    /// Each step holds the one column that the next state changed, and no other.
    #[test]
    fn steps_are_dropped_by_what_their_tables_take() {
        let mut history = start();
        for step in 0..6u32 {
            let before = history.project().table.clone();
            let change = Edit::Paint {
                rows: vec![step],
                target: 4,
                ink: Ink::Class((step + 1) % 3),
            };
            let table = edit(&before, Canvas { x: 0, y: 1 }, &change, "iris").unwrap();
            let line = change.words();
            history.apply(Command::Edit { table, line }, None);
        }
        let held: Vec<usize> = history.past.iter().map(|step| step.bytes).collect();
        assert_eq!(held, vec![150 * 4; held.len()]);
        let steps = held.len();
        assert!(steps >= 4);
        history.forget(MOST_STEPS, 2 * 150 * 4 + 1);
        assert_eq!(history.past_lines().len(), 2);
        assert!(history.has_work());
        history.forget(MOST_STEPS, 0);
        assert_eq!(history.past_lines().len(), 1, "the last step can be undone");
        seed(&mut history, 7, None);
        assert_eq!(history.past.last().map(|step| step.bytes), Some(0));
    }

    #[test]
    fn a_gesture_is_one_line_and_looking_at_data_is_no_work() {
        let mut history = start();
        let wine = open("wine", &ReadOptions::default(), &crate::base::Cancel::new()).unwrap();
        history.apply(Command::Load(wine), None);
        assert!(!history.has_work());
        for new in [5, 6, 7] {
            seed(&mut history, new, Some(1));
        }
        assert!(history.has_work());
        assert_eq!(history.undo_line(), Some("Seed: 42 to 7"));
        history.undo();
        assert!(!history.has_work());
        for new in 0..600 {
            seed(&mut history, 1000 + new, None);
        }
        assert_eq!(history.past_lines().len(), MOST_STEPS);
        assert!(history.has_work());
    }
}
