//! Recognises that an evaluator broke down, by how its process ended and by what its runtime printed: a panic of Rust or
//! Go, an assertion, an exception that nobody caught, a sanitizer's report, a failure of Haskell's runtime.
//!
//! Such text holds much that differs each time (numbers of threads and processes, addresses). What it says and the place
//! in the evaluator's source do not, and these two are kept.

use std::{fmt, sync::LazyLock};

use regex::Regex;

use super::{Ending, error};

/// What an evaluator said when it broke down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// What happened, in the words of its runtime.
    pub message: String,
    /// Where in the evaluator's source, if the runtime says so.
    pub place: Option<String>,
}

/// When a text is taken for a crash: what a program traces may hold anything, so the end must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// However the process ended. These texts have a form that is theirs alone.
    Always,
    /// It failed, or a signal ended it.
    Failed,
    /// A signal ended it.
    Signalled,
}

/// Text by which a crash is known. The groups `message` and `place` are what is kept.
struct Sign {
    when: When,
    /// What stands before the message, to say whose words they are.
    title: &'static str,
    pattern: Regex,
}

/// First match wins: what is most precise comes first.
static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    use When::*;
    [
        (Always, "", r"(?m)^SUMMARY: (?P<message>\w+Sanitizer: .*?)(?: (?P<place>\S+:\d+(?::\d+)?))?(?: in \S.*| \(\S+\+0x\w+\).*)?$"),
        (Always, "undefined behaviour: ", r"(?m)^(?P<place>\S+\.\w+:\d+:\d+): runtime error: (?P<message>.*)$"),
        (Failed, "panic: ", r"(?m)^thread '[^'\n]*'(?: \(\d+\))? panicked at (?P<place>[^\n']+:\d+:\d+):\n(?P<message>.*)$"),
        (Failed, "panic: ", r"(?ms)^thread '[^'\n]*'(?: \(\d+\))? panicked at '(?P<message>.*?)', (?P<place>\S+:\d+:\d+)$"),
        (Failed, "", r"(?m)^thread '[^'\n]*'(?: \(\d+\))? has (?P<message>overflowed its stack)$"),
        (Failed, "panic: ", r"(?ms)^panic: (?P<message>[^\n]*)\n.*?^goroutine \d+ .*?^\t(?P<place>\S+\.go:\d+)"),
        (Failed, "", r"(?ms)^(?P<message>fatal error: [^\n]*)\n.*?^goroutine \d+ "),
        (Signalled, "exception: ", r"(?ms)^.*?Nix crashed\. This is a bug.*?^\s*Exception: (?P<message>[^\n]*)$"),
        (Signalled, "exception: ", r"(?m)^terminate called after throwing an instance of '(?P<message>[^'\n]*)'"),
        (Signalled, "exception: ", r"(?m)^libc\+\+abi: terminating due to uncaught exception of type (?P<message>.*)$"),
        (Signalled, "assertion: ", r"(?m)^(?:[^\s:]+: )?(?P<place>\S+:\d+): (?:.*: )?Assertion [`'](?P<message>.*)' failed\.?$"),
        (Signalled, "", r"(?m)^(?P<message>(?:free|malloc|realloc|munmap_chunk)\(\): .*|double free or corruption.*|\*\*\* .* detected \*\*\*.*|corrupted \S.*)$"),
        (Failed, "", r"(?m)^[\w./-]+: (?P<message>internal error: .*|<<loop>>|stack overflow|heap overflow)$"),
        (Failed, "error: ", r"(?m)^[\w./-]+: (?P<place>\S+\.hs:\S+): (?P<message>.*)$"),
        (Failed, "error: ", r"(?ms)^(?:[\w./-]+: )?(?P<message>[^\n]*)\nCallStack \(from HasCallStack\):\n.*?, called at (?P<place>\S+:\d+:\d+) in "),
        (Failed, "exception: ", r"(?m)^Fatal error: exception (?P<message>.*)$"),
    ]
    .into_iter()
    .map(|(when, title, pattern)| Sign { when, title, pattern: Regex::new(pattern).expect("a constant") })
    .collect()
});

/// Signals that only a process which broke down gets, each with its name. A shell reports one as 128 and its number.
const SIGNALS: [(i32, &str); 7] =
    [(4, "SIGILL"), (5, "SIGTRAP"), (6, "SIGABRT"), (7, "SIGBUS"), (8, "SIGFPE"), (11, "SIGSEGV"), (31, "SIGSYS")];

/// How a process ended that printed this: as it seems, or by a crash. `own` are further texts by which its crashes are
/// known, with the same groups; where one matches, nothing else counts.
pub fn recognised(ending: Ending, stderr: &[u8], own: &[Regex]) -> Ending {
    let ending = match ending {
        Ending::Exited(status) if SIGNALS.iter().any(|(signal, _)| status == 128 + signal) => {
            Ending::Signalled(status - 128)
        }
        other => other,
    };
    let may_be = |when| match (when, &ending) {
        (When::Always, Ending::Exited(_) | Ending::Signalled(_)) => true,
        (When::Failed, Ending::Exited(status)) => *status != 0,
        (When::Failed | When::Signalled, Ending::Signalled(_)) => true,
        _ => false,
    };
    if stderr.is_empty() || !may_be(When::Always) {
        return ending;
    }
    let text = String::from_utf8_lossy(stderr);
    let own = own.iter().map(|pattern| (pattern, "", When::Always));
    let signs = own.chain(SIGNS.iter().map(|sign| (&sign.pattern, sign.title, sign.when)));
    for (pattern, title, when) in signs {
        if may_be(when)
            && let Some(found) = pattern.captures(&text)
        {
            let group = |name: &str| found.name(name).map(|it| it.as_str().trim().to_owned());
            let message = group("message").unwrap_or_else(|| found[0].trim().to_owned());
            return Ending::Crashed(Crash { message: format!("{title}{message}"), place: group("place") });
        }
    }
    ending
}

/// What a signal is called, where it is one of a crash.
pub fn signal_name(signal: i32) -> Option<&'static str> {
    SIGNALS.iter().find(|(number, _)| *number == signal).map(|(_, name)| *name)
}

impl Crash {
    /// Of a panic in this process, whose text ends with its place.
    pub fn of_panic(text: &str) -> Crash {
        static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" at (\S+:\d+:\d+)$").expect("a constant"));
        let place = PLACE.captures(text).map(|found| (found[1].to_owned(), found[0].len()));
        let (place, length) = place.map_or((None, 0), |(place, length)| (Some(place), length));
        Crash { message: format!("panic: {}", &text[..text.len() - length]), place }
    }

    /// Message and place without what differs from program to program, and from machine to machine.
    pub fn signature(&self) -> String {
        let message = error::masked(&self.message);
        self.place.as_ref().map_or_else(|| message.clone(), |place| format!("{message} at {}", within_project(place)))
    }
}

/// A place without the folder that its project happened to be built in: from the crate or folder that holds `src` on, or
/// the last three names.
fn within_project(place: &str) -> &str {
    if !place.starts_with('/') {
        return place;
    }
    let from = match place.rfind("/src/") {
        Some(source) => place[..source].rfind('/'),
        None => place.rmatch_indices('/').nth(2).map(|(at, _)| at),
    };
    &place[from.map_or(1, |from| from + 1)..]
}

impl fmt::Display for Crash {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.message)?;
        self.place.as_ref().map_or(Ok(()), |place| write!(to, " at {place}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The signature of what a process that ended so and printed this broke down by.
    fn check(ending: Ending, stderr: &str, signature: Option<&str>) {
        let came = recognised(ending, stderr.as_bytes(), &[]);
        let crash = if let Ending::Crashed(crash) = &came { Some(crash.signature()) } else { None };
        assert_eq!(crash.as_deref(), signature, "{stderr} {came:?}");
    }

    #[test]
    fn panics_of_rust_are_known_in_each_form() {
        let unwrap = "called `Option::unwrap()` on a `None` value";
        let expected = format!("panic: {unwrap} at eval/src/vm/mod.rs:12:5");
        let hint = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        for thread in ["thread 'main' (5223)", "thread 'main' (977)", "thread 'main'", "thread '<unnamed>' (3)"] {
            let new = format!("trace: x\n\n{thread} panicked at eval/src/vm/mod.rs:12:5:\n{unwrap}\n{hint}");
            check(Ending::Exited(101), &new, Some(&expected));
            check(Ending::Signalled(6), &new, Some(&expected));
            check(Ending::Exited(0), &new, None);
        }
        let old = format!("thread 'main' panicked at '{unwrap}', eval/src/vm/mod.rs:12:5\n{hint}");
        check(Ending::Exited(101), &old, Some(&expected));
        let elsewhere = "thread 'main' (1) panicked at /root/.cargo/registry/src/x-1/rnix-0.12.0/src/a.rs:1:2:\nno\n";
        check(Ending::Exited(101), elsewhere, Some("panic: no at rnix-0.12.0/src/a.rs:1:2"));
        let index =
            "thread 'main' (1) panicked at src/a.rs:1:2:\nindex out of bounds: the len is 3 but the index is 7\n";
        check(
            Ending::Exited(101),
            index,
            Some("panic: index out of bounds: the len is … but the index is … at src/a.rs:1:2"),
        );
        check(
            Ending::Signalled(6),
            "\nthread 'main' (12) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n",
            Some("overflowed its stack"),
        );
        check(Ending::Exited(1), "error: thread 'main' panicked at a.rs:1:1:\nx\n", None);
    }

    #[test]
    fn other_runtimes_are_known_as_well() {
        let aborted = |text: &str, signature| check(Ending::Signalled(6), text, Some(signature));
        aborted(
            "terminate called after throwing an instance of 'std::bad_cast'\n  what():  std::bad_cast\n",
            "exception: std::bad_cast",
        );
        aborted(
            "nix: src/libexpr/eval.cc:99: void nix::f(int): Assertion `x == 1' failed.\n",
            "assertion: x == … at src/libexpr/eval.cc:99",
        );
        aborted("free(): invalid pointer\n", "free(): invalid pointer");
        aborted(
            "\n\nNix crashed. This is a bug. Please report this at x with the following information included:\n\n\
             Exception: std::out_of_range: basic_string::at\n",
            "exception: std::out_of_range: basic_string::at",
        );
        check(
            Ending::Exited(2),
            "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/home/x/nix/eval/run.go:10 +0x1d\n",
            Some("panic: runtime error: index out of range […] with length … at nix/eval/run.go:10"),
        );
        check(
            Ending::Exited(2),
            "fatal error: stack overflow\n\ngoroutine 1 [running]:\n",
            Some("fatal error: stack overflow"),
        );
        check(
            Ending::Exited(1),
            "hnix: Prelude.head: empty list\nCallStack (from HasCallStack):\n  error, called at libraries/base/GHC/List.hs:1646:3 in base:GHC.List\n",
            Some("error: Prelude.head: empty list at libraries/base/GHC/List.hs:1646:3"),
        );
        check(Ending::Exited(1), "hnix: <<loop>>\n", Some("<<loop>>"));
        check(
            Ending::Exited(1),
            "hnix: src/Nix/Exec.hs:(10,1)-(12,9): Non-exhaustive patterns in function f\n",
            Some("error: Non-exhaustive patterns in function f at src/Nix/Exec.hs:(10,1)-(12,9)"),
        );
    }

    #[test]
    fn sanitizers_count_however_the_process_ended() {
        let report = "==77==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010\n\
                      SUMMARY: AddressSanitizer: heap-use-after-free /b/nix/src/libexpr/eval.cc:12:3 in nix::f(int)\n";
        for ending in [Ending::Exited(1), Ending::Signalled(6), Ending::Exited(0)] {
            check(ending, report, Some("AddressSanitizer: heap-use-after-free at nix/src/libexpr/eval.cc:12:3"));
        }
        check(
            Ending::Exited(0),
            "src/a.cc:1:2: runtime error: signed integer overflow: 1 + 2\n",
            Some("undefined behaviour: signed integer overflow: … + … at src/a.cc:1:2"),
        );
        check(Ending::Exited(0), "trace: a.cc:1:2: runtime error: no\n", None);
    }

    #[test]
    fn an_ordinary_end_stays_what_it_is() {
        let same = |ending: Ending, stderr: &str| {
            assert_eq!(recognised(ending.clone(), stderr.as_bytes(), &[]), ending, "{stderr}");
        };
        same(Ending::Exited(1), "error: stack overflow; max-call-depth exceeded\n");
        same(Ending::Exited(1), "error:\n       … while calling the 'throw' builtin\n\n       error: x\n");
        same(Ending::Signalled(11), "trace: x\n");
        same(Ending::TimedOut(std::time::Duration::from_secs(1)), "thread 'a' panicked at a.rs:1:1:\nx\n");
        assert_eq!(recognised(Ending::Exited(139), b"", &[]), Ending::Signalled(11), "a shell says so");
        assert_eq!(recognised(Ending::Exited(130), b"", &[]), Ending::Exited(130), "an interrupt is no crash");
    }

    #[test]
    fn an_engine_may_have_words_of_its_own() {
        let own = [Regex::new(r"(?m)^BUG in (?P<place>\S+): (?P<message>.*)$").expect("a pattern")];
        let came = recognised(Ending::Exited(1), b"BUG in eval.ml:3: impossible\n", &own);
        let expected = Crash { message: "impossible".to_owned(), place: Some("eval.ml:3".to_owned()) };
        assert_eq!(came, Ending::Crashed(expected));
    }

    #[test]
    fn a_panic_in_this_process_is_taken_apart() {
        let crash = Crash::of_panic("operand 7 executed at harness/src/a.rs:3:4");
        assert_eq!(crash.to_string(), "panic: operand 7 executed at harness/src/a.rs:3:4");
        assert_eq!(crash.signature(), "panic: operand … executed at harness/src/a.rs:3:4");
        assert_eq!(Crash::of_panic("looked at nothing").place, None);
    }
}
