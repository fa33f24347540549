//! Removes from an output what depends on where it was made.

use std::{os::unix::ffi::OsStrExt, path::Path, sync::LazyLock};

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
    fn excerpts_and_numbers_are_taken_out_of_both_kinds_of_text() {
        let recorded = b"error: at a.nix:<number>:<number>:\n     <number>| x\n             |   ^\n\n  end\n";
        let printed = b"error: at a.nix:50:7:\n       50| value\n             |   ^\n       51|\n\n  end\n\n";
        assert_eq!(masked(printed, Mask::Excerpts).as_bstr(), masked(recorded, Mask::Excerpts).as_bstr());
        assert_eq!(masked(printed, Mask::Excerpts).as_bstr(), "error: at a.nix:N:N:\n\n  end");
    }
}
