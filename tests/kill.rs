//! A program that is killed at any moment loses nothing that is older than a second, and leaves no torn
//! file. The test starts itself again as the program that is killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use seefit::base::{Cancel, Random};
use seefit::data::{ReadOptions, open};
use seefit::model::Value;
use seefit::project::file::{Origin, View, Whence, Work};
use seefit::project::journal::{Journal, abandoned};
use seefit::project::{Command, History, Project};

/// Where the program to be killed keeps its journal.
const FOLDER: &str = "SEEFIT_TEST_JOURNALS";
const MOMENTS: usize = 200;
/// So many at once: they mostly sleep.
const AT_ONCE: usize = 25;

fn now_ms() -> u128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock after 1970").as_millis()
}

/// The program: it edits, tells the journal as the window does, and says what it has done and when.
#[test]
#[ignore = "the program that the other test starts and kills"]
fn edits_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let read = |spec: &str| open(spec, &ReadOptions::default(), &Cancel::new()).expect("data");
    let sets = ["iris", "moons:n=300,noise=0.2,seed=1"].map(read);
    let mut history = History::new(Project::new(sets[0].clone()));
    let journal = Journal::start(PathBuf::from(folder));
    let mut random = Random::new(u64::from(std::process::id()));
    let mut out = std::io::stdout();
    for seed in 1.. {
        // Of all kinds: a knob, another data set, a card; the seed counts them.
        let id = history.project().models()[0].id;
        match random.below(8) {
            0 => drop(history.apply(Command::Load(sets[random.below(2)].clone()), None)),
            1 if history.project().models().len() < 8 => {
                drop(history.apply(Command::DuplicateModel(id), None));
            }
            2 => drop(history.undo()),
            _ => {
                let value = Value::Real(0.01 + random.uniform());
                let name = "C";
                drop(history.apply(Command::SetParameter { id, name, value }, Some(1)));
            }
        }
        history.apply(Command::SetSeed(1_000_000 + seed), None);
        journal.keep(
            Work {
                project: history.project().clone(),
                view: View::default(),
                origin: Origin::default(),
                log: Arc::default(),
                results: Vec::new(),
            },
            None,
        );
        writeln!(out, "edit {seed} {}", now_ms()).expect("a reader");
        out.flush().expect("a reader");
        std::thread::sleep(Duration::from_millis(5 + random.below(40) as u64));
    }
}

fn start(folder: &Path) -> Child {
    Process::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "edits_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a second process")
}

/// One program, killed; what it had done a second before that must be there.
fn kill_one(folder: &Path, lives: Duration) {
    let mut child = start(folder);
    let mut edits: Vec<(u64, u128)> = Vec::new();
    let mut lines = BufReader::new(child.stdout.take().expect("its words")).lines();
    let mut parse = move || -> Option<(u64, u128)> {
        loop {
            let line = lines.next()?.ok()?;
            // The test runner's own words stand before the first.
            if let Some((_, edit)) = line.split_once("edit ") {
                let (seed, at) = edit.split_once(' ')?;
                return Some((seed.parse().ok()?, at.parse().ok()?));
            }
        }
    };
    // Its life begins with its first edit, however long the machine took to start it.
    edits.extend(parse());
    let reader = std::thread::spawn(move || std::iter::from_fn(parse).collect::<Vec<_>>());
    std::thread::sleep(lives);
    child.kill().expect("a living child");
    let killed = now_ms();
    child.wait().expect("an end");
    edits.extend(reader.join().expect("what it said"));
    let old = edits.iter().rfind(|(_, at)| at + 1000 <= killed);
    let found = abandoned(folder).pop();
    let Some(found) = found else {
        assert_eq!(old, None, "no journal, {} edits", edits.len());
        return;
    };
    let opened = found.read().expect("a whole state");
    let Whence::Inside(table) = &opened.whence else {
        panic!("the data are not there: {:?}", opened.whence);
    };
    let table = table.clone();
    let (work, lost) = opened.onto(table);
    assert!(lost.is_empty(), "{lost:?}");
    let kept = work.project.seed - 1_000_000;
    let last = edits.last().map_or(0, |(seed, _)| *seed);
    // It was killed between telling the journal and telling us.
    assert!(kept <= last + 1, "{kept} of {last}");
    if let Some((seed, at)) = old {
        let age = killed - at;
        assert!(
            kept >= *seed,
            "edit {seed} was {age} ms old, the journal has {kept}"
        );
    }
    found.discard();
    let left = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(left, 0, "something is left behind");
}

#[test]
fn killed_at_200_moments_it_loses_nothing_older_than_a_second() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("kill");
    let _ = std::fs::remove_dir_all(&root);
    let mut random = Random::new(2026);
    let mut moment = 0;
    while moment < MOMENTS {
        let round = (moment..MOMENTS.min(moment + AT_ONCE)).map(|at| {
            let folder = root.join(at.to_string());
            // One in five dies while it is starting to work, before anything is a second old.
            let most = if at % 5 == 0 { 400 } else { 2000 };
            let least = if at % 5 == 0 { 0 } else { 1000 };
            let lives = Duration::from_millis(least + random.below(most) as u64);
            std::thread::spawn(move || {
                std::fs::create_dir_all(&folder).expect("a folder");
                kill_one(&folder, lives);
            })
        });
        let round: Vec<_> = round.collect();
        moment += round.len();
        let failed = round.into_iter().filter_map(|thread| thread.join().err());
        let failed: Vec<_> = failed.collect();
        assert!(failed.is_empty(), "{} of {AT_ONCE} failed", failed.len());
    }
    std::fs::remove_dir_all(&root).expect("an empty folder");
}
