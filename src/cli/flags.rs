//! The commands and their options as data: parsing, near spellings and `--help` read this one list.

/// One option of a command.
#[derive(Debug)]
pub struct Flag {
    pub name: &'static str,
    /// What its value stands for, `COL`; a switch has none.
    pub value: Option<&'static str>,
    /// May be given several times.
    pub repeats: bool,
    pub help: &'static str,
}

/// Whether a command takes DATA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    None,
    Optional,
    Required,
    /// Behind a model file.
    AfterModel,
}

#[derive(Debug)]
pub struct CommandSpec {
    /// Empty for the window.
    pub name: &'static str,
    pub data: Data,
    pub summary: &'static str,
    pub flags: &'static [Flag],
}

const fn flag(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        value: Some(value),
        repeats: false,
        help,
    }
}

const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        value: None,
        repeats: false,
        help,
    }
}

const fn repeated(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag {
        repeats: true,
        ..flag(name, value, help)
    }
}

const JSON: Flag = switch("json", "Print one JSON object.");
const READ: Flag = repeated(
    "read",
    "NAME=VALUE",
    "How to read the file: sheet, table, query, delimiter, decimal, dates, encoding, header, missing, kind, sample_rows, image_size.",
);
const TARGET: Flag = flag(
    "target",
    "COL",
    "The column to predict; clusterings need none.",
);
const FEATURES: Flag = repeated(
    "features",
    "A,B",
    "The columns to predict it from; otherwise all usable ones.",
);
const SCALE: Flag = flag(
    "scale",
    "HOW",
    "auto, standard, min_max or none; auto scales where the model needs it.",
);
const SELECT: Flag = flag(
    "select",
    "HOW",
    "A number of columns, best first by F test, or variance:0.01; fitted on training rows only.",
);
const PROJECT: Flag = flag(
    "project",
    "HOW",
    "pca:2, pca:2:whiten, svd:2 or lda:1, after selecting; fitted on training rows only.",
);
const TEXT: Flag = repeated(
    "text",
    "COL=HOW",
    "Use the words of a text column: counts or tf_idf, such as tf_idf:max_features=1000,ngram_range=1-2.",
);
const DATES: Flag = repeated(
    "dates",
    "COL=HOW",
    "Use a date column as parts (year, month, day, weekday, hour, days) or as seconds.",
);
const VALIDATE: Flag = flag(
    "validate",
    "SCHEME",
    "How rows are held out; stratified:5 for classes and kfold:5 for numbers unless said otherwise.",
);
const SEED: Flag = flag(
    "seed",
    "N",
    "Decides everything random; 42 unless said otherwise.",
);
const THREADS: Flag = flag(
    "threads",
    "N",
    "Threads of one fit; the results are the same with any number.",
);

pub static WINDOW: CommandSpec = CommandSpec {
    name: "",
    data: Data::Optional,
    summary: "Opens the window.",
    flags: &[flag(
        "timings",
        "FILE",
        "Write how quick the window was to this file at exit, as JSON.",
    )],
};

/// The commands that need no display.
pub static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        name: "models",
        data: Data::None,
        summary: "Lists the models: ids, tasks, engines, parameters, ranges, defaults.",
        flags: &[JSON],
    },
    CommandSpec {
        name: "describe",
        data: Data::Required,
        summary: "Describes the columns of a data set: kind, missing values, distribution.",
        flags: &[READ, JSON],
    },
    CommandSpec {
        name: "train",
        data: Data::Required,
        summary: "Fits one model and scores it on held-out rows.",
        flags: &[
            TARGET,
            flag("model", "ID", "The model, as `seefit models` names it."),
            repeated(
                "set",
                "NAME=VALUE",
                "Sets a parameter of the model, or engine.",
            ),
            FEATURES,
            TEXT,
            DATES,
            READ,
            SCALE,
            SELECT,
            PROJECT,
            VALIDATE,
            SEED,
            THREADS,
            switch(
                "curve",
                "Add the training curve, or the curve over the model's parameter.",
            ),
            flag(
                "save",
                "MODEL",
                "Write the fitted model to this file, for `seefit predict`.",
            ),
            JSON,
        ],
    },
    CommandSpec {
        name: "predict",
        data: Data::AfterModel,
        summary: "Predicts with a saved model; scores it where the target is there.",
        flags: &[
            flag(
                "out",
                "FILE.csv",
                "Write the data with predictions and probabilities to this file.",
            ),
            switch(
                "fill-missing-columns",
                "Columns of the model that DATA lacks count as missing instead of an error.",
            ),
            switch(
                "neutralise-formulas",
                "Put ' before cells that a spreadsheet would take for formulas (= + - @).",
            ),
            READ,
            THREADS,
            JSON,
        ],
    },
    CommandSpec {
        name: "compare",
        data: Data::Required,
        summary: "Fits several models on the same folds and ranks them, best first.",
        flags: &[
            TARGET,
            repeated(
                "models",
                "ID,ID",
                "The models, or all; all of the target's task unless said otherwise.",
            ),
            FEATURES,
            TEXT,
            DATES,
            READ,
            SCALE,
            SELECT,
            PROJECT,
            VALIDATE,
            SEED,
            THREADS,
            JSON,
        ],
    },
    CommandSpec {
        name: "screenshot",
        data: Data::Optional,
        summary: "Draws the window into a picture; needs no display.",
        flags: &[
            flag("out", "FILE.png", "Where the picture goes."),
            flag(
                "tab",
                "TAB",
                "explore, model, compare, evaluate, matters, what_if, table or log.",
            ),
            flag("theme", "THEME", "light or dark."),
            flag(
                "size",
                "WxH",
                "Width and height in points; 1280x800 unless said otherwise.",
            ),
            TARGET,
            repeated("models", "ID,ID", "The models on the cards."),
            flag(
                "step",
                "N",
                "Show the models as of this step of their training.",
            ),
            switch("projector", "Larger type and thicker lines."),
            flag(
                "wait",
                "SECONDS",
                "How long to wait for the models; 30 unless said otherwise.",
            ),
        ],
    },
];

/// The command of this name.
pub fn command(name: &str) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl CommandSpec {
    pub fn flag(&self, name: &str) -> Option<&'static Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }

    /// `seefit train DATA [options]`.
    pub fn usage(&self) -> String {
        let mut usage = "seefit".to_owned();
        if !self.name.is_empty() {
            usage.push(' ');
            usage.push_str(self.name);
        }
        usage.push_str(match self.data {
            Data::None => "",
            Data::Optional => " [DATA]",
            Data::Required => " DATA",
            Data::AfterModel => " MODEL DATA",
        });
        usage.push_str(" [options]");
        usage
    }
}
