//! The table: a line as soon as it is measured.

/// Prints lines of a table and keeps count of those above their bound.
pub struct Report {
    above: usize,
    lines: usize,
}

impl Report {
    pub fn begin() -> Self {
        println!("| What | Measured | Bound | Aim | |");
        println!("|---|---|---|---|---|");
        Report { above: 0, lines: 0 }
    }

    /// `judged` is what the bound is for, in milliseconds, `words` says it with its surroundings;
    /// None: nothing came within the time allowed.
    pub fn line(&mut self, what: &str, judged: Option<f64>, words: &str, [bound, aim]: [f64; 2]) {
        self.lines += 1;
        let verdict = match judged {
            Some(ms) if ms <= aim => "aim",
            Some(ms) if ms <= bound => "within",
            _ => {
                self.above += 1;
                "**above**"
            }
        };
        println!("| {what} | {words} | {bound} ms | {aim} ms | {verdict} |");
    }

    /// A figure without a bound.
    pub fn note(&mut self, what: &str, words: &str) {
        println!("| {what} | {words} | | | |");
    }

    pub fn end(self) {
        println!("\n{} of {} above their bound.", self.above, self.lines);
    }
}

/// The nearest-rank quantile; None of nothing.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// `p50 12.3, p99 20.1 ms of 50`.
pub fn spread(values: &[f64], asked: usize) -> String {
    match (quantile(values, 0.5), quantile(values, 0.99)) {
        (Some(p50), Some(p99)) => {
            format!("p50 {p50:.1}, p99 {p99:.1} ms; {} of {asked}", values.len())
        }
        _ => format!("none of {asked} came"),
    }
}
