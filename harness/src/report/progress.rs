//! The progress of long work: a bar on a terminal; elsewhere a plain line now and then.

use std::{
    fmt,
    io::{IsTerminal, Write},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};

/// How far apart the lines are.
const INTERVAL: Duration = Duration::from_secs(30);

/// How far some work has come.
pub struct Progress {
    bar: ProgressBar,
    /// When the last line was written, where lines are written.
    last_line: Option<Mutex<Instant>>,
    start: Instant,
    earlier: u64,
    total: AtomicU64,
    done: AtomicU64,
}

impl Progress {
    /// Of so many cases. Nothing is shown where `quiet` says so.
    pub fn new(total: usize, quiet: bool) -> Progress {
        Progress::after(0, total, quiet)
    }

    /// The same, where earlier sessions have finished some of the cases: they do not count for rate and time.
    pub fn after(earlier: usize, total: usize, quiet: bool) -> Progress {
        let (earlier, total) = (earlier as u64, total as u64);
        let terminal = std::io::stderr().is_terminal();
        let bar = if quiet || !terminal { ProgressBar::hidden() } else { ProgressBar::new(total) };
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} cases, {rate}, {eta} left {msg}");
        let rate = |state: &ProgressState, to: &mut dyn fmt::Write| {
            // It goes into a buffer, which does not fail.
            let _ = write!(to, "{:.1}/s", state.per_sec());
        };
        let bar = bar.with_style(style.expect("a constant").with_key("rate", rate)).with_position(earlier);
        bar.reset_eta();
        let start = Instant::now();
        let last_line = (!quiet && !terminal).then(|| Mutex::new(start));
        Progress { bar, last_line, start, earlier, total: AtomicU64::new(total), done: AtomicU64::new(earlier) }
    }

    /// One case more is finished.
    pub fn finished(&self) {
        self.bar.inc(1);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(last) = &self.last_line else { return };
        // Whoever holds it is just writing a line.
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() >= INTERVAL {
            *last = Instant::now();
            let total = self.total.load(Ordering::Relaxed);
            // Where standard error is closed, nobody misses the line.
            let _ =
                writeln!(std::io::stderr(), "thunkproof: {}", line(self.earlier, done, total, self.start.elapsed()));
        }
    }

    /// There is more to do than was known.
    pub fn grow(&self, cases: usize) {
        self.total.fetch_add(cases as u64, Ordering::Relaxed);
        self.bar.inc_length(cases as u64);
    }

    /// Shows something beside the counts.
    pub fn set_message(&self, message: String) {
        self.bar.set_message(message);
    }

    /// Takes the bar away while `show` writes to the terminal.
    pub fn suspend<T>(&self, show: impl FnOnce() -> T) -> T {
        self.bar.suspend(show)
    }

    /// Takes the bar away for good.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Counts, rate and time left, in words.
fn line(earlier: u64, done: u64, total: u64, elapsed: Duration) -> String {
    let rate = (done - earlier) as f64 / elapsed.as_secs_f64().max(0.001);
    let left = total.saturating_sub(done) as f64 / rate;
    let left = Duration::try_from_secs_f64(left).map_or_else(|_| "?".to_owned(), |it| HumanDuration(it).to_string());
    format!("{done}/{total} cases, {rate:.1}/s, {left} left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_time_left() {
        let check = |earlier, done, total, seconds, expected: &str| {
            assert_eq!(line(earlier, done, total, Duration::from_secs(seconds)), expected);
        };
        check(0, 500, 2000, 10, "500/2000 cases, 50.0/s, 30 seconds left");
        check(400, 500, 100_000, 10, "500/100000 cases, 10.0/s, 3 hours left");
        check(500, 500, 1000, 10, "500/1000 cases, 0.0/s, ? left");
        check(0, 7, 5, 7, "7/5 cases, 1.0/s, 0 seconds left");
    }
}
