//! Removes from an output what depends on where it was made.

use std::{borrow::Cow, os::unix::ffi::OsStrExt, path::Path, sync::LazyLock};

use bstr::ByteSlice;
use regex::bytes::Regex;

use crate::case::Mask;

/// `output` with the folder the evaluator ran in shown as `/pwd`.
pub fn without_folder(output: &[u8], folder: &Path) -> Vec<u8> {
    output.replace(folder.as_os_str().as_bytes(), "/pwd")
}

/// `text` with what `mask` names taken out.
pub fn masked(text: &[u8], mask: Mask) -> Vec<u8> {
    match mask {
        Mask::Nothing => text.to_vec(),
        Mask::Excerpts => without_excerpts(text),
    }
}

/// What a process prints on standard error without what differs each time that it runs: numbers of threads and processes,
/// addresses, times of day and durations, temporary files.
pub fn steady(stderr: &[u8]) -> Cow<'_, [u8]> {
    static VARIES: LazyLock<Regex> = LazyLock::new(|| {
        let parts = [
            r"thread '[^'\n]*'(?: \(\d+\))?",
            r"goroutine \d+",
            r"==\d+==",
            r"\b[Pp]id[ =:]+\d+",
            r"0x[0-9a-fA-F]{4,}",
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
            r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|seconds)\b",
            r"(?:/var)?/tmp/[^\s:'\x22`]+",
        ];
        Regex::new(&parts.join("|")).expect("a constant")
    });
    VARIES.replace_all(stderr, &b"<varies>"[..])
}

/// An error without the lines of its source excerpts, and with every number the same. Recorded errors that upstream
/// passes through its own filter show `<number>` in place of digits.
fn without_excerpts(text: &[u8]) -> Vec<u8> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?-u)<number>|\d+").expect("a constant"));
    static EXCERPT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?-u)^\s*(N|N?\s*)\|").expect("a constant"));
    let text = NUMBER.replace_all(text, &b"N"[..]);
    let lines: Vec<&[u8]> = text.trim_ascii_end().split_str("\n").filter(|line| !EXCERPT.is_match(line)).collect();
    lines.join(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_shown_as_pwd_wherever_it_stands() {
        let check = |text: &str, expected: &str| {
            assert_eq!(without_folder(text.as_bytes(), Path::new("/tmp/suite")), expected.as_bytes(), "{text}");
        };
        check("at /tmp/suite/lang/a.nix:1:1", "at /pwd/lang/a.nix:1:1");
        check("\"/tmp/suite\" \"/tmp/suite/x\"", "\"/pwd\" \"/pwd/x\"");
        check("/tmp/elsewhere", "/tmp/elsewhere");
    }

    #[test]
    fn what_differs_each_time_is_taken_out() {
        let check = |one: &str, other: &str, same: bool| {
            assert_eq!(steady(one.as_bytes()) == steady(other.as_bytes()), same, "{one} {other}");
        };
        check("thread 'main' (5223) panicked at a.rs:1:2:", "thread 'main' (17) panicked at a.rs:1:2:", true);
        check("thread 'main' panicked at a.rs:1:2:", "thread 'main' panicked at a.rs:1:3:", false);
        check("==1==ERROR at pc 0x7ffd12345678", "==44==ERROR at pc 0x7ffe00345678", true);
        check("«lambda @ 0x55d0c0ffee00»", "«lambda @ 0x55d0c0ffe000»", true);
        check("2026-01-02T03:04:05Z x took 1.5ms", "2027-01-02T03:04:06.7Z x took 20 ms", true);
        check("cannot read /tmp/nix-1-a/x: no", "cannot read /tmp/nix-2-b/x: no", true);
        check("trace: 1", "trace: 2", false);
    }

    #[test]
    fn excerpts_and_numbers_are_taken_out_of_both_kinds_of_text() {
        let recorded = b"error: at a.nix:<number>:<number>:\n     <number>| x\n             |   ^\n\n  end\n";
        let printed = b"error: at a.nix:50:7:\n       50| value\n             |   ^\n       51|\n\n  end\n\n";
        assert_eq!(masked(printed, Mask::Excerpts).as_bstr(), masked(recorded, Mask::Excerpts).as_bstr());
        assert_eq!(masked(printed, Mask::Excerpts).as_bstr(), "error: at a.nix:N:N:\n\n  end");
    }
}
