//! Model files through the command line: the same numbers to the last bit, damaged files, other data.

#[path = "cli/run.rs"]
#[allow(dead_code)]
mod run;

mod model_file {
    pub mod damage;
    pub mod other_data;
    pub mod same_numbers;
}
