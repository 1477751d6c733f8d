//! Runs the program as a script would: what it prints, how it ends, and what it says about bad input.

mod cli {
    pub mod bad_input;
    pub mod commands;
    pub mod features;
    pub mod reference;
    pub mod run;
}
