//! Undo and redo: one step a gesture.

use super::{Command, Project};

/// The project and the states around it. Tables are shared, so a state costs little.
#[derive(Debug)]
pub struct History {
    present: Project,
    past: Vec<(String, Project)>,
    future: Vec<(String, Project)>,
    /// The gesture that the newest step belongs to.
    gesture: Option<u64>,
}

const MOST_STEPS: usize = 500;

impl History {
    pub fn new(project: Project) -> Self {
        History {
            present: project,
            past: Vec::new(),
            future: Vec::new(),
            gesture: None,
        }
    }

    pub fn project(&self) -> &Project {
        &self.present
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
        let line = command.apply(&mut self.present)?;
        let continues = gesture.is_some() && self.gesture == gesture;
        if continues {
            if let Some((text, _)) = self.past.last_mut() {
                *text = joined(text, &line);
            }
        } else {
            self.past.push((line.clone(), before));
            if self.past.len() > MOST_STEPS {
                self.past.remove(0);
            }
        }
        self.gesture = gesture;
        self.future.clear();
        Some(line)
    }

    /// The gesture is over; the next command starts a step of its own.
    pub fn end_gesture(&mut self) {
        self.gesture = None;
    }

    /// Goes one step back and says which.
    pub fn undo(&mut self) -> Option<String> {
        let (line, before) = self.past.pop()?;
        let after = std::mem::replace(&mut self.present, before);
        self.future.push((line.clone(), after));
        self.gesture = None;
        Some(line)
    }

    pub fn redo(&mut self) -> Option<String> {
        let (line, after) = self.future.pop()?;
        let before = std::mem::replace(&mut self.present, after);
        self.past.push((line.clone(), before));
        self.gesture = None;
        Some(line)
    }

    pub fn undo_line(&self) -> Option<&str> {
        self.past.last().map(|(line, _)| line.as_str())
    }

    pub fn redo_line(&self) -> Option<&str> {
        self.future.last().map(|(line, _)| line.as_str())
    }
}

/// "Depth of B: none to 6" and "Depth of B: 6 to 7" are "Depth of B: none to 7".
fn joined(first: &str, last: &str) -> String {
    match (first.rsplit_once(" to "), last.rsplit_once(" to ")) {
        (Some((from, _)), Some((_, to))) => format!("{from} to {to}"),
        _ => last.to_owned(),
    }
}
