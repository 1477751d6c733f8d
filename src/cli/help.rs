//! What `--help` prints, made from the list of commands.

use super::flags::{COMMANDS, CommandSpec, Data, WINDOW};
use super::text;
use crate::prepare::SplitScheme;

const DATA: &str =
    "DATA is a file, - for standard input, a shipped set (iris) or a generator with its knobs
(moons:n=400,noise=0.2,seed=1). A file that exists beats a shipped set of that name.";

/// The help of one command, or of all.
pub fn help(command: Option<&CommandSpec>) -> String {
    match command {
        Some(command) => of_command(command),
        None => of_all(),
    }
}

fn of_all() -> String {
    let mut rows = vec![vec![WINDOW.usage(), WINDOW.summary.to_owned()]];
    for command in COMMANDS {
        rows.push(vec![command.usage(), command.summary.to_owned()]);
    }
    rows.push(vec![
        "seefit help COMMAND".into(),
        "Lists the options of a command.".into(),
    ]);
    let mut out = format!("Seefit {}: see models fit.\n\n", env!("CARGO_PKG_VERSION"));
    out.push_str(&text::indented(&text::table(&rows, &[])));
    out.push_str(&format!("\n{DATA}\n\nOptions of the window:\n\n"));
    out.push_str(&options(&WINDOW));
    out.push_str("\nExit codes: 0 done, 1 the work failed, 2 the command or its input is wrong.\n");
    out
}

fn of_command(command: &CommandSpec) -> String {
    let mut out = format!(
        "{}\n\n{}\n\n{}",
        command.usage(),
        command.summary,
        options(command)
    );
    if command.data != Data::None {
        out.push_str(&format!("\n{DATA}\n"));
    }
    if command.flag("validate").is_some() {
        out.push_str(&format!(
            "\nSCHEME is one of {}.\n",
            SplitScheme::SPELLINGS.join(", ")
        ));
    }
    out
}

fn options(command: &CommandSpec) -> String {
    let rows: Vec<Vec<String>> = command
        .flags
        .iter()
        .map(|flag| {
            let value = flag
                .value
                .map_or(String::new(), |value| format!(" {value}"));
            vec![format!("--{}{value}", flag.name), flag.help.to_owned()]
        })
        .collect();
    text::indented(&text::table(&rows, &[]))
}
