//! The limit of time of a case. What counts is CPU time: on a busy machine a case waits for its turn, and what it waits
//! is no property of the program. A clock on the wall, with a far more generous limit, ends what does nothing at all.

use std::{
    fs,
    time::{Duration, Instant},
};

use rustix::{param::clock_ticks_per_second, process::Pid};

use super::Limits;
use crate::outcome::Ending;

/// The shortest wait for a case whose time is nearly up: the system counts CPU time in ticks of this length.
const TICK: Duration = Duration::from_millis(10);

/// Waits until something comes or a limit of time is reached, and says which. `wait` waits for as long as it is told and
/// gives nothing where nothing came; `used` is the CPU time of the case so far, where the system tells. Where it does
/// not, the case has the time on the wall.
pub(super) fn within<T>(
    limits: Limits,
    used: impl Fn() -> Option<Duration>,
    mut wait: impl FnMut(Duration) -> Option<T>,
) -> Result<T, Ending> {
    let start = Instant::now();
    // A single thread cannot use more CPU time than passes, so nothing has to be looked at before.
    let mut next = limits.time.min(limits.clock);
    loop {
        if let Some(came) = wait(next) {
            return Ok(came);
        }
        let passed = start.elapsed();
        let left = match used() {
            Some(used) if used >= limits.time => return Err(Ending::TimedOut(limits.time)),
            Some(used) => limits.time - used,
            None if passed >= limits.time => return Err(Ending::Stalled(limits.time)),
            None => limits.time - passed,
        };
        if passed >= limits.clock {
            return Err(Ending::Stalled(limits.clock));
        }
        next = left.max(TICK).min(limits.clock - passed);
    }
}

/// The CPU time of a thread of this process.
pub(super) fn of_thread(thread: Pid) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/self/task/{}/stat", thread.as_raw_nonzero())).ok()?;
    Some(duration(Stat::parse(&stat)?.own))
}

/// The CPU time of all processes of a group that live, and of those children that they have waited for.
pub(super) fn of_group(group: Pid) -> Option<Duration> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let numbered = processes.filter(|entry| entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit));
    // A process may end while the folder is read.
    let stats = numbered.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let members = stats.filter_map(|stat| Stat::parse(&stat)).filter(|stat| stat.group == group.as_raw_nonzero().get());
    let mut members = members.peekable();
    members.peek()?;
    Some(duration(members.map(|stat| stat.own + stat.of_children).sum()))
}

fn duration(ticks: u64) -> Duration {
    Duration::from_millis(ticks.saturating_mul(1000) / clock_ticks_per_second().max(1))
}

/// What counts of a line of `/proc/…/stat`; times in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    group: i32,
    own: u64,
    of_children: u64,
}

impl Stat {
    fn parse(line: &str) -> Option<Stat> {
        // A program's name is in parentheses, and may hold some.
        let fields: Vec<&str> = line.rsplit_once(") ")?.1.split_ascii_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Stat {
            group: fields.get(2)?.parse().ok()?,
            own: ticks(11)? + ticks(12)?,
            of_children: ticks(13)? + ticks(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, thread};

    use super::*;

    #[test]
    fn a_line_is_read_behind_the_name() {
        let line = "7 (a ) b) R 1 42 42 0 -1 4194304 99 0 0 0 3 4 5 6 20 0 1 0 100 0 0";
        assert_eq!(Stat::parse(line), Some(Stat { group: 42, own: 7, of_children: 11 }));
        assert_eq!(Stat::parse("7 (a) R 1"), None);
    }

    /// What comes of a case that has used this much CPU time whenever it is looked at, and never answers.
    fn check(limits: Limits, used: Option<u64>, expected: Ending) {
        let used = used.map(Duration::from_millis);
        let came = within(
            limits,
            || used,
            |time| -> Option<()> {
                thread::sleep(time);
                None
            },
        );
        assert_eq!(came, Err(expected));
    }

    #[test]
    fn cpu_time_is_the_limit_and_the_wall_is_behind_it() {
        let (time, clock) = (Duration::from_millis(40), Duration::from_millis(90));
        let limits = Limits { clock, ..Limits::of_time(time) };
        check(limits, Some(40), Ending::TimedOut(time));
        check(limits, Some(0), Ending::Stalled(clock));
        check(limits, Some(39), Ending::Stalled(clock));
        check(limits, None, Ending::Stalled(time));
    }

    #[test]
    fn a_case_that_waits_for_its_turn_is_waited_for() {
        let limits = Limits::of_time(Duration::from_millis(30));
        let looked = Cell::new(0);
        let used = || Some(Duration::from_millis(looked.replace(looked.get() + 10)));
        let wait = |time: Duration| {
            thread::sleep(time);
            (looked.get() >= 30).then_some("done")
        };
        assert_eq!(within(limits, used, wait), Ok("done"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_what_was_used() {
        let spin = || {
            let thread = rustix::thread::gettid();
            while of_thread(thread).expect("it lives") < Duration::from_millis(50) {
                std::hint::black_box(());
            }
            of_thread(thread)
        };
        let used = thread::spawn(spin).join().expect("it ends").expect("it was there");
        assert!(used >= Duration::from_millis(50) && used < Duration::from_secs(5), "{used:?}");
        let own = rustix::process::getpgid(None).expect("every process is in one");
        assert!(of_group(own).expect("this process is in it") >= Duration::from_millis(50));
        assert_eq!(of_group(Pid::from_raw(i32::MAX).expect("a number")), None);
    }
}
