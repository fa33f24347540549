//! The list of known divergences, as every subcommand finds it; and what of it will soon be a failure, said beforehand.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::Complaint;
use crate::known::{self, Known};

/// The list in `file`, or else that at the root of the repository, or else an empty one. Entries that expire soon are
/// warned of, on GitHub as annotations too.
pub(super) fn list(file: Option<&PathBuf>, root: Option<&Path>) -> Result<Known, Complaint> {
    let own = root.map(|root| root.join(known::FILE)).filter(|file| file.exists());
    let known = match (file, own) {
        (Some(file), _) => Known::load(file)?,
        // Wherever the repository is, its own list is called the same.
        (None, Some(own)) => Known::load(&own)?.called(known::FILE),
        (None, None) => return Ok(Known::default()),
    };
    let on_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| !value.is_empty());
    for line in known.expiring(jiff::Zoned::now().date()) {
        // Where standard error is closed, nobody misses the warning.
        let _ = writeln!(anstream::stderr(), "thunkproof: warning: {line}");
        if on_github {
            let _ = writeln!(anstream::stderr(), "{}", annotation(&line, known.file()));
        }
    }
    Ok(known)
}

/// A warning as GitHub's runner takes it from a log.
fn annotation(text: &str, file: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::warning file={file},title=A known divergence expires soon::{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_one_line() {
        let expected = "::warning file=known-divergences.toml,title=A known divergence expires soon::50%25 of `a%0Ab`";
        assert_eq!(annotation("50% of `a\nb`", known::FILE), expected);
    }
}
