//! The command line, read into plain structs. Nothing runs here; what is wrong is one sentence.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser};

use super::flags::{COMMANDS, CommandSpec, Data, Flag, WINDOW, command};
use super::{projection, spelling};
use crate::base::Problem;
use crate::data::ReadOptions;
use crate::data::near::nearest;
use crate::model;
use crate::prepare::{Dates, Project, Scale, Select, SplitScheme, TextFeatures};

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Window(WindowArgs),
    Models(ModelsArgs),
    Describe(DescribeArgs),
    Train(TrainArgs),
    Predict(PredictArgs),
    Compare(CompareArgs),
    Screenshot(ScreenshotArgs),
    /// Of one command, or of all.
    Help(Option<&'static str>),
    Version,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowArgs {
    pub data: Option<String>,
    /// Where to write at exit how quick the window was.
    pub timings: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelsArgs {
    pub json: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeArgs {
    pub data: String,
    /// How to read it.
    pub read: ReadOptions,
    pub json: bool,
}

/// What is learned from and how it is tested, shared by `train` and `compare`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataArgs {
    pub data: String,
    /// How to read it.
    pub read: ReadOptions,
    pub target: Option<String>,
    /// As written, commas included; empty takes all usable columns.
    pub features: Vec<String>,
    /// Columns of text, and how their words are used.
    pub texts: Vec<(String, TextFeatures)>,
    /// Date columns, and how they are used.
    pub dates: Vec<(String, Dates)>,
    pub scale: Scale,
    pub select: Select,
    pub project: Project,
    /// None takes the default of the task.
    pub validate: Option<SplitScheme>,
    pub seed: u64,
    /// None takes one for each core.
    pub threads: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainArgs {
    pub data: DataArgs,
    pub model: String,
    /// Names and values, in the order given.
    pub set: Vec<(String, String)>,
    pub curve: bool,
    /// Where the fitted model goes.
    pub save: Option<PathBuf>,
    pub json: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PredictArgs {
    /// A model file.
    pub model: PathBuf,
    pub data: String,
    /// How to read it; where it says nothing, delimited text is read block after block.
    pub read: ReadOptions,
    pub out: Option<PathBuf>,
    /// Columns that are not there count as missing.
    pub fill_missing_columns: bool,
    pub neutralise_formulas: bool,
    /// None takes one for each core.
    pub threads: Option<usize>,
    pub json: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareArgs {
    pub data: DataArgs,
    /// Ids of the registry; None takes all of the target's task.
    pub models: Option<Vec<String>>,
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Explore,
    Model,
    Compare,
    Evaluate,
    /// The second and third page of Evaluate.
    Matters,
    WhatIf,
    Table,
    Log,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// What `seefit screenshot` draws; None leaves it as the window would start.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenshotArgs {
    pub data: Option<String>,
    pub out: PathBuf,
    pub tab: Option<Tab>,
    pub theme: Option<Theme>,
    /// Width and height in points.
    pub size: (u32, u32),
    pub target: Option<String>,
    /// Ids of the registry; empty takes the first start's cards.
    pub models: Vec<String>,
    pub step: Option<usize>,
    pub projector: bool,
    /// The longest time to wait for the models.
    pub wait_seconds: f64,
}

/// Reads the arguments behind the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Problem> {
    let mut parser = Parser::from_args(arguments);
    let mut given = Given::new(&WINDOW);
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Argument::Help => return Ok(Command::Help(None)),
            Argument::Version => return Ok(Command::Version),
            Argument::Value(name) if given.is_empty() && name == "help" => {
                return help_of(&mut parser);
            }
            Argument::Value(name) if given.is_empty() && command(&name).is_some() => {
                // The guard has seen that it is there.
                let spec = command(&name).unwrap_or(&WINDOW);
                return read_command(spec, &mut parser);
            }
            other => given.take(other, &mut parser)?,
        }
    }
    Ok(Command::Window(WindowArgs {
        timings: given.text("timings").map(PathBuf::from),
        data: given.data,
    }))
}

fn help_of(parser: &mut Parser) -> Result<Command, Problem> {
    match next(parser)? {
        None | Some(Argument::Help) => Ok(Command::Help(None)),
        Some(Argument::Value(name)) => match command(&name) {
            Some(spec) => Ok(Command::Help(Some(spec.name))),
            None => Err(spelling::unknown(
                "command",
                &name,
                COMMANDS.iter().map(|c| c.name),
                "See seefit --help",
            )),
        },
        Some(_) => {
            Err(Problem::new("help takes the name of a command").fix("Write seefit help train"))
        }
    }
}

fn read_command(spec: &'static CommandSpec, parser: &mut Parser) -> Result<Command, Problem> {
    let mut given = Given::new(spec);
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Command::Help(Some(spec.name))),
            Argument::Version => return Ok(Command::Version),
            other => given.take(other, parser)?,
        }
    }
    if spec.data == Data::AfterModel && given.model_file.is_none() {
        return Err(Problem::new("the model file is missing")
            .at(format!("seefit {}", spec.name))
            .fix(format!(
                "Write {}, where MODEL is a file that seefit train --save wrote",
                spec.usage()
            )));
    }
    if matches!(spec.data, Data::Required | Data::AfterModel) && given.data.is_none() {
        return Err(Problem::new("the data set is missing")
            .at(format!("seefit {}", spec.name))
            .fix(format!(
                "Write {}, where DATA is a file or a shipped set such as iris",
                spec.usage()
            )));
    }
    let json = given.has("json");
    Ok(match spec.name {
        "models" => Command::Models(ModelsArgs { json }),
        "describe" => Command::Describe(DescribeArgs {
            json,
            read: given.read_options()?,
            data: given.data.unwrap_or_default(),
        }),
        "train" => Command::Train(TrainArgs {
            data: given.data_args()?,
            model: given.model()?,
            set: given.settings()?,
            curve: given.has("curve"),
            save: given.text("save").map(PathBuf::from),
            json,
        }),
        "predict" => Command::Predict(PredictArgs {
            out: given.text("out").map(PathBuf::from),
            read: given.read_options()?,
            fill_missing_columns: given.has("fill-missing-columns"),
            neutralise_formulas: given.has("neutralise-formulas"),
            threads: given.number("threads", 1, 1024)?,
            json,
            model: given.model_file.map(PathBuf::from).unwrap_or_default(),
            data: given.data.unwrap_or_default(),
        }),
        "compare" => Command::Compare(CompareArgs {
            data: given.data_args()?,
            models: given.models()?,
            json,
        }),
        _ => Command::Screenshot(given.screenshot()?),
    })
}

/// One argument, owned.
enum Argument {
    Help,
    Version,
    Option(String),
    Value(String),
}

fn next(parser: &mut Parser) -> Result<Option<Argument>, Problem> {
    let argument = match parser.next() {
        Ok(argument) => argument,
        // `--json=1`: a value behind a switch.
        Err(lexopt::Error::UnexpectedValue { option, .. }) => {
            return Err(Problem::new("it takes no value").at(option));
        }
        Err(error) => return Err(Problem::new(error.to_string()).fix("See seefit --help")),
    };
    Ok(match argument {
        None => None,
        Some(Arg::Long("help") | Arg::Short('h')) => Some(Argument::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => Some(Argument::Version),
        Some(Arg::Long(name)) => Some(Argument::Option(name.to_owned())),
        Some(Arg::Short(letter)) => {
            return Err(
                Problem::new(format!("there is no option “-{letter}”")).fix("See seefit --help")
            );
        }
        Some(Arg::Value(value)) => Some(Argument::Value(utf8(value)?)),
    })
}

fn utf8(value: OsString) -> Result<String, Problem> {
    value.into_string().map_err(|value| {
        Problem::new(format!("“{}” is not valid UTF-8", value.to_string_lossy()))
            .fix("Rename the file, or pass it on standard input as -")
    })
}

/// What was given to one command.
struct Given {
    spec: &'static CommandSpec,
    model_file: Option<String>,
    data: Option<String>,
    options: Vec<(&'static Flag, String)>,
}

impl Given {
    fn new(spec: &'static CommandSpec) -> Self {
        Given {
            spec,
            model_file: None,
            data: None,
            options: Vec::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.data.is_none() && self.options.is_empty()
    }

    fn take(&mut self, argument: Argument, parser: &mut Parser) -> Result<(), Problem> {
        match argument {
            Argument::Value(value) => self.take_data(value),
            Argument::Option(name) => self.take_option(&name, parser),
            Argument::Help | Argument::Version => Ok(()),
        }
    }

    fn take_data(&mut self, value: String) -> Result<(), Problem> {
        if self.spec.data == Data::None {
            return Err(Problem::new(format!("“{value}” is not expected"))
                .at(format!("seefit {}", self.spec.name))
                .fix(format!("Write {}", self.spec.usage())));
        }
        if self.spec.data == Data::AfterModel && self.model_file.is_none() {
            if value.is_empty() {
                return Err(Problem::new("the model file has no name")
                    .fix("Name a file that seefit train --save wrote"));
            }
            self.model_file = Some(value);
            return Ok(());
        }
        if let Some(first) = &self.data {
            let commands: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
            if self.spec.name.is_empty() && !nearest(first, &commands).is_empty() {
                return Err(spelling::unknown(
                    "command",
                    first,
                    commands,
                    "See seefit --help",
                ));
            }
            return Err(
                Problem::new(format!("“{value}” follows the data set “{first}”"))
                    .fix("Give one data set; put names with blanks in quotes"),
            );
        }
        if value.is_empty() {
            return Err(Problem::new("the data set has no name")
                .fix("Name a file, a shipped set such as iris, or a generator such as moons"));
        }
        self.data = Some(value);
        Ok(())
    }

    fn take_option(&mut self, name: &str, parser: &mut Parser) -> Result<(), Problem> {
        let Some(flag) = self.spec.flag(name) else {
            return Err(self.unknown_option(name));
        };
        let value = match flag.value {
            None => String::new(),
            Some(stands_for) => {
                let missing = |_| {
                    Problem::new("the value is missing")
                        .at(format!("--{name}"))
                        .fix(format!("Write --{name} {stands_for}"))
                };
                utf8(parser.value().map_err(missing)?)?
            }
        };
        let again = self.options.iter().any(|(f, _)| f.name == flag.name);
        if again && !flag.repeats && flag.value.is_some() {
            return Err(Problem::new("it is given twice")
                .at(format!("--{name}"))
                .fix("Give it once"));
        }
        self.options.push((flag, value));
        Ok(())
    }

    fn unknown_option(&self, name: &str) -> Problem {
        let names: Vec<String> = self
            .spec
            .flags
            .iter()
            .map(|f| format!("--{}", f.name))
            .collect();
        let names = names.iter().map(String::as_str);
        let help = match self.spec.name {
            "" => "See seefit --help".to_owned(),
            command => format!("See seefit help {command}"),
        };
        let owner = COMMANDS
            .iter()
            .find(|c| self.spec.name.is_empty() && c.flag(name).is_some());
        match owner {
            // `seefit iris --model lasso`: the command was forgotten.
            Some(command) => Problem::new(format!("the window has no option --{name}"))
                .fix(format!("Write {}", command.usage())),
            None => spelling::unknown("option", &format!("--{name}"), names, &help),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(flag, _)| flag.name == name)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.options
            .iter()
            .filter(move |(flag, _)| flag.name == name)
            .map(|(_, v)| v.as_str())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// A number from `low` to `high`.
    fn number<T>(&self, name: &str, low: T, high: T) -> Result<Option<T>, Problem>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.trim().parse::<T>() {
            Ok(number) if number >= low && number <= high => Ok(Some(number)),
            _ => Err(Problem::new(format!("“{text}” is not allowed"))
                .at(format!("--{name}"))
                .fix(format!("It takes a number from {low} to {high}"))),
        }
    }

    fn one_of<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let found = choices.iter().find(|(spelling, _)| *spelling == text);
        found.map(|(_, choice)| Some(*choice)).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(spelling, _)| *spelling).collect();
            Problem::new(format!("“{text}” is not allowed"))
                .at(format!("--{name}"))
                .fix(format!("It takes {}", names.join(", ")))
        })
    }

    fn data_args(&self) -> Result<DataArgs, Problem> {
        let at = |name: &str| {
            let place = format!("--{name}");
            move |problem: Problem| {
                if problem.place.is_empty() {
                    problem.at(place)
                } else {
                    problem
                }
            }
        };
        Ok(DataArgs {
            data: self.data.clone().unwrap_or_default(),
            read: self.read_options()?,
            target: self.text("target").map(str::to_owned),
            features: self.all("features").map(str::to_owned).collect(),
            texts: self.columns("text", TextFeatures::parse)?,
            dates: self.columns("dates", |how| {
                let found = Dates::ALL.into_iter().find(|dates| dates.name() == how);
                found.ok_or_else(|| {
                    Problem::new(format!("“{how}” is no way to use dates"))
                        .fix("Use parts or seconds")
                })
            })?,
            scale: self
                .text("scale")
                .map_or(Ok(Scale::default()), Scale::parse)
                .map_err(at("scale"))?,
            select: self
                .text("select")
                .map_or(Ok(Select::default()), Select::parse)
                .map_err(at("select"))?,
            project: self
                .text("project")
                .map_or(Ok(Project::default()), Project::parse)
                .map_err(at("project"))?,
            validate: match self.text("validate") {
                Some(text) => Some(text.parse::<SplitScheme>().map_err(at("validate"))?),
                None => None,
            },
            seed: self.number("seed", 0, u64::MAX)?.unwrap_or(42),
            threads: self.number("threads", 1, 1024)?,
        })
    }

    fn model(&self) -> Result<String, Problem> {
        let id = self.text("model").ok_or_else(|| {
            Problem::new("no model is named")
                .at("seefit train")
                .fix("Name one with --model, such as --model random_forest_classifier; seefit models lists them")
        })?;
        match projection::find(id) {
            Some(declared) => Ok(declared.id.to_owned()),
            None => known_model(id),
        }
    }

    fn read_options(&self) -> Result<ReadOptions, Problem> {
        let mut options = ReadOptions::default();
        for text in self.all("read") {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Problem::new(format!("“{text}” does not set anything"))
                    .at("--read")
                    .fix("Write a name and its value: --read sheet=2 or --read decimal=comma")
            })?;
            let set = options.set_text(name.trim(), value);
            set.map_err(|problem| match problem.place.is_empty() {
                true => problem.at("--read"),
                false => {
                    let place = format!("--read {}", problem.place);
                    problem.at(place)
                }
            })?;
        }
        Ok(options)
    }

    /// Columns and how each is used: `--text remark=counts`. A name may hold `=` itself: what it is used
    /// as begins behind the last one before any colon.
    fn columns<T>(
        &self,
        flag: &str,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Result<Vec<(String, T)>, Problem> {
        let place = format!("--{flag}");
        let pairs = self.all(flag).map(|text| {
            let end = text.find(':').unwrap_or(text.len());
            let Some(cut) = text[..end].rfind('=') else {
                return Err(Problem::new(format!("“{text}” does not say how"))
                    .at(place.clone())
                    .fix(format!(
                        "Write a column and how it is used: {place} COLUMN=HOW"
                    )));
            };
            let how = parse(text[cut + 1..].trim()).map_err(|problem| {
                let inner = match problem.place.as_str() {
                    "" => place.clone(),
                    setting => format!("{place} {setting}"),
                };
                problem.at(inner)
            })?;
            Ok((text[..cut].trim().to_owned(), how))
        });
        pairs.collect()
    }

    fn settings(&self) -> Result<Vec<(String, String)>, Problem> {
        let pairs = self.all("set").map(|text| match text.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(Problem::new(format!("“{text}” does not set anything"))
                .at("--set")
                .fix("Write a parameter and its value: --set max_depth=4")),
        });
        pairs.collect()
    }

    /// None where all of them are asked for, or none is named.
    fn models(&self) -> Result<Option<Vec<String>>, Problem> {
        let mut ids: Vec<String> = Vec::new();
        for id in self
            .all("models")
            .flat_map(|list| list.split(','))
            .map(str::trim)
        {
            if id == "all" {
                return Ok(None);
            }
            if id.is_empty() {
                return Err(Problem::new("a name between the commas is empty")
                    .at("--models")
                    .fix("Write --models logistic_regression,knn_classifier"));
            }
            let id = known_model(id)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok((!ids.is_empty()).then_some(ids))
    }

    fn screenshot(&self) -> Result<ScreenshotArgs, Problem> {
        let out = self.text("out").ok_or_else(|| {
            Problem::new("it is not said where the picture goes")
                .at("seefit screenshot")
                .fix("Name a file with --out picture.png")
        })?;
        let tabs = [
            ("explore", Tab::Explore),
            ("model", Tab::Model),
            ("compare", Tab::Compare),
            ("evaluate", Tab::Evaluate),
            ("matters", Tab::Matters),
            ("what_if", Tab::WhatIf),
            ("table", Tab::Table),
            ("log", Tab::Log),
        ];
        Ok(ScreenshotArgs {
            data: self.data.clone(),
            out: PathBuf::from(out),
            tab: self.one_of("tab", &tabs)?,
            theme: self.one_of("theme", &[("light", Theme::Light), ("dark", Theme::Dark)])?,
            size: self.text("size").map_or(Ok((1280, 800)), size)?,
            target: self.text("target").map(str::to_owned),
            models: self.models()?.unwrap_or_default(),
            step: self.number("step", 1, 1_000_000)?,
            projector: self.has("projector"),
            wait_seconds: self.number("wait", 0.0, 3600.0)?.unwrap_or(30.0),
        })
    }
}

/// From 320 x 240, below which nothing fits, to 7680 x 4320.
fn size(text: &str) -> Result<(u32, u32), Problem> {
    let parts = text.split_once(['x', 'X', '×']);
    let parts = parts.and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    match parts {
        Some((width @ 320..=7680, height @ 240..=4320)) => Ok((width, height)),
        _ => Err(Problem::new(format!("“{text}” is not allowed"))
            .at("--size")
            .fix("It takes width x height from 320x240 to 7680x4320, such as 1280x800")),
    }
}

fn known_model(id: &str) -> Result<String, Problem> {
    match model::algorithm(id) {
        Some(algorithm) => Ok(algorithm.id.to_owned()),
        None => {
            let ids = model::ALGORITHMS.iter().map(|algorithm| algorithm.id);
            Err(spelling::unknown(
                "model",
                id,
                ids,
                "seefit models lists them",
            ))
        }
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
