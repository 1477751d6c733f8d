//! What the next start restores. Reading always gives valid settings; a damaged file gives defaults.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::act::{Tab, ThemeChoice};
use crate::base::write_atomically;
use crate::data::csv::Formulas;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    pub projector_dark: bool,
    /// 0.75 to 2.5.
    pub zoom: f32,
    pub reduce_motion: bool,
    pub tab: Tab,
    /// The data set last at work, as the command line spells it.
    pub data: String,
    /// Opened files, newest first.
    pub recent: Vec<String>,
    /// Inner size of the window in points.
    pub window: [f32; 2],
    /// The panel with data and columns, and the one with the curves.
    pub left_open: bool,
    pub bottom_open: bool,
    /// Where the last file was opened or saved.
    pub folder: Option<PathBuf>,
    /// CSV files get ' before what a spreadsheet would run as a formula.
    pub neutralise_formulas: bool,
}

const MOST_RECENT: usize = 10;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: ThemeChoice::Light,
            projector_dark: false,
            zoom: 1.0,
            reduce_motion: false,
            tab: Tab::Model,
            data: "penguins".to_owned(),
            recent: Vec::new(),
            window: [1280.0, 800.0],
            left_open: true,
            bottom_open: true,
            folder: None,
            neutralise_formulas: false,
        }
    }
}

impl Settings {
    fn path() -> Option<PathBuf> {
        let folders = directories::ProjectDirs::from("org", "seefit", "seefit")?;
        Some(folders.config_dir().join("settings.json"))
    }

    /// The settings of the last start, and a sentence where they could not be read.
    pub fn load() -> (Self, Option<String>) {
        let Some(path) = Self::path() else {
            return (Self::default(), None);
        };
        let Ok(text) = std::fs::read_to_string(&path) else {
            return (Self::default(), None);
        };
        match serde_json::from_str::<Settings>(&text) {
            Ok(settings) => (settings.checked(), None),
            Err(_) => {
                let words = format!(
                    "{} could not be read; the settings start anew.",
                    path.display()
                );
                (Self::default(), Some(words))
            }
        }
    }

    fn checked(mut self) -> Self {
        let default = Settings::default();
        if !(0.75..=2.5).contains(&self.zoom) {
            self.zoom = default.zoom;
        }
        if !self.window.iter().all(|s| (400.0..=10_000.0).contains(s)) {
            self.window = default.window;
        }
        self.recent.truncate(MOST_RECENT);
        self
    }

    /// What fails is lost with it, the old file stays.
    pub fn save(&self) {
        let Some(path) = Self::path() else { return };
        let Ok(text) = serde_json::to_string_pretty(self) else {
            return;
        };
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = write_atomically(&path, text.as_bytes());
    }

    /// How CSV files are written.
    pub fn formulas(&self) -> Formulas {
        match self.neutralise_formulas {
            true => Formulas::Neutralised,
            false => Formulas::AsTheyAre,
        }
    }

    pub fn remember_file(&mut self, path: &str) {
        if !std::path::Path::new(path).is_file() {
            return;
        }
        // The next start may be in another folder.
        let whole = std::path::absolute(path);
        let path = whole.map_or_else(|_| path.to_owned(), |p| p.to_string_lossy().into_owned());
        self.recent.retain(|p| *p != path);
        self.recent.insert(0, path);
        self.recent.truncate(MOST_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_values_become_defaults() {
        let text = r#"{"zoom": 99.0, "window": [1.0, 1e9], "unknown": 3, "theme": "dark"}"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        let settings = settings.checked();
        assert_eq!(settings.zoom, 1.0);
        assert_eq!(settings.window, Settings::default().window);
        assert_eq!(settings.theme, ThemeChoice::Dark);
    }
}
