//! How much work an evaluation was, as far as the evaluator counts it. Lost sharing shows here even where nothing is
//! traced.

use bstr::ByteSlice;
use serde::{Deserialize, Serialize};

/// The variable that makes nix-instantiate print its counts on standard error, as one JSON document after all else.
pub const VARIABLE: &str = "NIX_SHOW_STATS";

/// Counts that agree between releases of the reference; others depend on how values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Calls of functions.
    #[serde(rename(deserialize = "nrFunctionCalls"), alias = "function_calls")]
    pub function_calls: u64,
    /// Calls of builtins.
    #[serde(rename(deserialize = "nrPrimOpCalls"), alias = "builtin_calls")]
    pub builtin_calls: u64,
}

/// Takes the counts off the end of standard error, if they are there. An evaluation that fails prints none.
pub fn take(stderr: &mut Vec<u8>) -> Option<Work> {
    let start =
        if stderr.starts_with(b"{\n") && stderr.rfind("\n{\n").is_none() { 0 } else { stderr.rfind("\n{\n")? + 1 };
    let work = serde_json::from_slice(&stderr[start..]).ok()?;
    stderr.truncate(start);
    Some(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken off this text, and what stays.
    fn check(text: &str, counts: Option<(u64, u64)>, stays: &str) {
        let mut stderr = text.as_bytes().to_vec();
        let work = take(&mut stderr);
        assert_eq!(work.map(|work| (work.function_calls, work.builtin_calls)), counts, "{text}");
        assert_eq!(stderr.as_bstr(), stays, "{text}");
    }

    #[test]
    fn counts_come_off_the_end_and_nothing_else_does() {
        let counts = "{\n  \"cpuTime\": 0.1,\n  \"list\": {\n    \"bytes\": 8\n  },\n  \"nrFunctionCalls\": 3,\n  \
                      \"nrPrimOpCalls\": 4\n}\n";
        check(counts, Some((3, 4)), "");
        check(&format!("trace: {{\n}}\n{counts}"), Some((3, 4)), "trace: {\n}\n");
        check(&format!("{{\n}}\n{counts}"), Some((3, 4)), "{\n}\n");
        check("error: x\n", None, "error: x\n");
        check("{\n \"a\": 1\n}\n", None, "{\n \"a\": 1\n}\n");
        check("", None, "");
    }
}
