//! What can be said about a file, drawn as boxes: each shows what was guessed, and why, until somebody
//! chooses. Shared by the panel of the present file and the sheet that opens another.

use eframe::egui::{RichText, TextEdit, Ui};

use crate::data::{Guesses, Kind, ReadOptions, Table, picture_side};
use crate::widget::combo::Combo;
use crate::widget::format;
use crate::widget::tokens::Tokens;

const DELIMITERS: [(u8, &str); 6] = [
    (b',', "comma"),
    (b';', "semicolon"),
    (b'\t', "tab"),
    (b'|', "bar"),
    (b' ', "blanks"),
    (0, "none: one column"),
];

/// Names of the WHATWG standard, and what people call them.
const ENCODINGS: [(&str, &str); 12] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Western (Windows-1252)"),
    ("iso-8859-15", "Western (ISO 8859-15)"),
    ("windows-1250", "Central European (Windows-1250)"),
    ("windows-1251", "Cyrillic (Windows-1251)"),
    ("windows-1253", "Greek (Windows-1253)"),
    ("windows-1254", "Turkish (Windows-1254)"),
    ("utf-16le", "UTF-16, little end first"),
    ("utf-16be", "UTF-16, big end first"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gbk", "Chinese (GBK)"),
    ("euc-kr", "Korean (EUC-KR)"),
];

/// Pixels along a picture's side.
const SIDES: [usize; 7] = [8, 12, 16, 24, 32, 48, 64];

/// What is typed and not yet taken.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    missing: Option<String>,
    query: Option<String>,
}

/// Draws the boxes that say something about this table's file; the options with what was changed.
pub fn choices(
    ui: &mut Ui,
    table: &Table,
    options: &ReadOptions,
    typing: &mut Typing,
    reasons: bool,
) -> Option<ReadOptions> {
    let mut new = options.clone();
    let width = (ui.available_width() - 8.0).min(300.0);
    let mut draw = Draw {
        ui,
        width,
        reasons,
        changed: false,
    };
    parts(&mut draw, table, &mut new, typing);
    if let Some(guesses) = table.guesses() {
        text(&mut draw, table, guesses, options, &mut new);
    } else if table.parts().is_some_and(|p| p.called == "sheet") {
        // A sheet does not say what was guessed: what was chosen is known.
        let names = ["as it looks", "names of columns", "values"];
        let at = options.header.map_or(0, |header| 2 - usize::from(header));
        if let Some(to) = draw.combo("First row", &names, at, "") {
            new.header = [None, Some(true), Some(false)][to];
        }
    }
    if table.guesses().is_none()
        && let Some(side) = picture_side(table)
    {
        let names = SIDES.map(|side| format!("{side} × {side}"));
        let names = names.each_ref().map(String::as_str);
        let at = SIDES.iter().position(|offered| *offered == side);
        let why = "each picture is scaled to so many grey values";
        if let Some(to) = draw.combo("Pixels", &names, at.unwrap_or(usize::MAX), why) {
            new.image_size = Some(SIDES[to]);
        }
    }
    let has_dates = table.columns().iter().any(|c| c.kind == Kind::Date);
    if (has_dates || options.month_first.is_some()) && table.guesses().is_some() {
        let names = ["as they look", "day first", "month first"];
        let at = options
            .month_first
            .map_or(0, |month| 1 + usize::from(month));
        let why = "31.12. or 12/31: most dates decide";
        if let Some(to) = draw.combo("Dates", &names, at, why) {
            new.month_first = [None, Some(false), Some(true)][to];
        }
    }
    if table.guesses().is_some() || table.parts().is_some() {
        missing(&mut draw, options, &mut new, typing);
    }
    draw.changed.then_some(new)
}

struct Draw<'a> {
    ui: &'a mut Ui,
    width: f32,
    reasons: bool,
    changed: bool,
}

impl Draw<'_> {
    fn combo(&mut self, name: &str, options: &[&str], at: usize, why: &str) -> Option<usize> {
        let chosen = Combo::new(name)
            .width(self.width)
            .show(self.ui, options, at);
        self.why(why);
        self.changed |= chosen.is_some();
        chosen
    }

    fn why(&mut self, why: &str) {
        if self.reasons && !why.is_empty() {
            let t = Tokens::of(self.ui);
            self.ui.label(RichText::new(why).small().color(t.weak));
            self.ui.add_space(4.0);
        }
    }
}

/// Which sheet or table, or which query.
fn parts(draw: &mut Draw<'_>, table: &Table, new: &mut ReadOptions, typing: &mut Typing) {
    let database = new.query.is_some() || table.parts().is_some_and(|p| p.called == "table");
    if let Some(parts) = table.parts() {
        let names: Vec<&str> = parts.names.iter().map(String::as_str).collect();
        let at = parts.names.iter().position(|name| *name == parts.chosen);
        let sheet = parts.called == "sheet";
        let (name, why) = match (sheet, new.sheet.is_some() || new.table.is_some()) {
            (true, false) => ("Sheet", "the first one that holds a table"),
            (false, false) => ("Table", "the one with most rows"),
            (true, true) => ("Sheet", ""),
            (false, true) => ("Table", ""),
        };
        if let Some(to) = draw.combo(name, &names, at.unwrap_or(usize::MAX), why) {
            let chosen = Some(parts.names[to].clone());
            // Kinds were chosen for the columns of the other one.
            new.kinds.clear();
            new.leave_out.clear();
            match sheet {
                true => new.sheet = chosen,
                false => (new.table, new.query) = (chosen, None),
            }
        }
    }
    if database {
        let before = new.query.clone().unwrap_or_default();
        let hint = "SELECT … instead of a table";
        if let Some(text) = field(draw, "Query", &before, hint, &mut typing.query) {
            new.query = (!text.trim().is_empty()).then_some(text);
        }
    }
}

fn text(
    draw: &mut Draw<'_>,
    table: &Table,
    guesses: &Guesses,
    options: &ReadOptions,
    new: &mut ReadOptions,
) {
    let names = DELIMITERS.map(|(_, name)| name);
    let at = DELIMITERS.iter().position(|(d, _)| *d == guesses.delimiter);
    let why = why_delimiter(table, guesses, options);
    if let Some(to) = draw.combo("Delimiter", &names, at.unwrap_or(usize::MAX), &why) {
        new.delimiter = Some(DELIMITERS[to].0);
    }
    let names = ["names of columns", "values"];
    let why = why_header(table, guesses, options);
    if let Some(to) = draw.combo("First line", &names, usize::from(!guesses.header), why) {
        new.header = Some(to == 0);
    }
    let names = ["point", "comma"];
    let why = match (options.decimal_comma, guesses.decimal_comma) {
        (Some(_), _) => "",
        (None, true) => "numbers such as 3,5 occur",
        (None, false) => "no number needs a comma",
    };
    let at = usize::from(guesses.decimal_comma);
    if let Some(to) = draw.combo("Decimals", &names, at, why) {
        new.decimal_comma = Some(to == 1);
    }
    let known = |name: &str| name.eq_ignore_ascii_case(guesses.encoding);
    let at = ENCODINGS.iter().position(|(name, _)| known(name));
    let mut names: Vec<&str> = ENCODINGS.iter().map(|(_, words)| *words).collect();
    if at.is_none() {
        names.push(guesses.encoding);
    }
    let why = match guesses.encoding {
        _ if options.encoding.is_some() => "",
        "UTF-8" => "every byte fits it",
        encoding if encoding.starts_with("UTF-16") => "two bytes stand for a letter",
        _ => "the bytes are not UTF-8, and its letters look most like words",
    };
    let at = at.unwrap_or(names.len() - 1);
    if let Some(to) = draw.combo("Encoding", &names, at, why) {
        new.encoding = ENCODINGS.get(to).map(|(name, _)| (*name).to_owned());
    }
}

fn why_delimiter(table: &Table, guesses: &Guesses, options: &ReadOptions) -> String {
    let columns = table.columns().len();
    match (options.delimiter, guesses.delimiter) {
        (Some(_), _) => String::new(),
        (None, 0) => "nothing stands the same number of times in each line".to_owned(),
        (None, _) => format!("it makes {columns} columns of nearly every line"),
    }
}

fn why_header(table: &Table, guesses: &Guesses, options: &ReadOptions) -> &'static str {
    let typed = |kind: Kind| matches!(kind, Kind::Number | Kind::Date);
    let typed = table.columns().iter().any(|c| typed(c.kind));
    match (options.header, guesses.header, typed) {
        (Some(_), ..) => "",
        (None, true, true) => "it holds words above numbers or dates",
        (None, true, false) => "none of its words occurs again below",
        (None, false, _) => "it looks like the lines below",
    }
}

/// Spellings that count as missing besides the usual ones, between commas.
fn missing(draw: &mut Draw<'_>, options: &ReadOptions, new: &mut ReadOptions, typing: &mut Typing) {
    let before = options.missing.join(", ");
    let hint = "such as -999, unknown";
    if let Some(text) = field(draw, "Missing too", &before, hint, &mut typing.missing) {
        let spellings = text.split(',').map(|s| s.trim().to_owned());
        new.missing = spellings.filter(|s| !s.is_empty()).collect();
    }
    draw.why("besides nothing, NA, N/A, null, nan, ? and -");
}

/// A line to type into; what was typed once Enter or a click elsewhere takes it.
fn field(
    draw: &mut Draw<'_>,
    name: &str,
    before: &str,
    hint: &str,
    typing: &mut Option<String>,
) -> Option<String> {
    let t = Tokens::of(draw.ui);
    let mut text = typing.clone().unwrap_or_else(|| before.to_owned());
    let response = draw
        .ui
        .horizontal(|ui| {
            ui.label(RichText::new(name).color(t.weak));
            let left = (draw.width - ui.min_rect().width() - 8.0).max(60.0);
            let edit = TextEdit::singleline(&mut text)
                .hint_text(hint)
                .desired_width(left);
            ui.add(edit).accessible_name(name)
        })
        .inner;
    if response.changed() {
        *typing = Some(text.clone());
    }
    if !response.lost_focus() {
        return None;
    }
    let typed = typing.take().filter(|typed| typed != before)?;
    draw.changed = true;
    Some(typed)
}

/// In few words how the file was taken: "semicolons, decimal comma, Windows-1252".
pub fn summary(table: &Table, options: &ReadOptions) -> String {
    if let Some(parts) = table.parts() {
        return match parts.names.len() {
            1 => format!("{} “{}”", format::capital(parts.called), parts.chosen),
            n => format!(
                "{} “{}” of {n}",
                format::capital(parts.called),
                parts.chosen
            ),
        };
    }
    if options.query.is_some() {
        return "Rows of a query".to_owned();
    }
    let Some(guesses) = table.guesses() else {
        return "How the file was read".to_owned();
    };
    let mut words = vec![match guesses.delimiter {
        0 => "One column".to_owned(),
        b' ' => "Blanks".to_owned(),
        other => DELIMITERS
            .iter()
            .find(|(delimiter, _)| *delimiter == other)
            .map_or_else(
                || format!("“{}”", char::from(other)),
                |(_, name)| format!("{}s", format::capital(name)),
            ),
    }];
    if !guesses.header {
        words.push("no names".to_owned());
    }
    if guesses.decimal_comma {
        words.push("decimal comma".to_owned());
    }
    if guesses.encoding != "UTF-8" {
        words.push(guesses.encoding.to_owned());
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::data::open_text;

    #[test]
    fn every_encoding_offered_is_one_that_the_reader_knows() {
        for (name, _) in ENCODINGS {
            let mut options = ReadOptions::default();
            options.set_text("encoding", name).unwrap();
        }
    }

    #[test]
    fn a_file_is_summed_up_in_few_words() {
        let of = |text: &str| {
            let options = ReadOptions::default();
            let table = open_text("t", text, &options, &Cancel::new()).unwrap();
            summary(&table, &options)
        };
        assert_eq!(of("a,b\n1,2\n3,4\n"), "Commas");
        assert_eq!(of("a;b\n1,5;2\n3,5;4\n"), "Semicolons, decimal comma");
        assert_eq!(of("1\t2\n3\t4\n"), "Tabs, no names");
    }
}
