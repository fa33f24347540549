//! The layout of rnix's tests: programs in `success/` and `error/`, each with a file `.expect` that holds rnix's tree,
//! or its tokens, and what it found wrong.
//!
//! Nobody else prints that tree. What is judged is whether a program is accepted: where rnix found nothing wrong it
//! should be, and where it did it should not. That is the syntax alone: a program is asked below a `with`, so that its
//! variables need not be defined, and with the feature that its operators may need.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;

use super::{Contents, Suite, SuiteError, Wanted, has_ending, names, names_if_any, with, without};
use crate::{
    case::{Case, Class, FixtureError, Request, fixture},
    names::shown,
};

const ENDING: &str = ".expect";

/// What stands before a program. Below it, any variable may be there.
const BEFORE: &[u8] = b"with { };\n";

/// How a program is asked.
const ARGUMENTS: &str = "--parse --extra-experimental-features pipe-operators -";

/// Folders that programs are in.
const FOLDERS: [&str; 2] = ["error", "success"];

/// The folder of the tests, which `folder` is or holds.
pub fn find(folder: &Path) -> Option<PathBuf> {
    [folder.to_owned(), folder.join("test_data")].into_iter().find(|root| !groups(root).is_empty())
}

/// Folders that hold `success/` or `error/`, relative to `root`.
fn groups(root: &Path) -> Vec<PathBuf> {
    let holds = |folder: &Path| names_if_any(folder).keys().any(|name| has_ending(name, ENDING));
    let is_group = |group: &PathBuf| FOLDERS.iter().any(|folder| holds(&root.join(group).join(folder)));
    let folders = names_if_any(root).into_iter().filter(|(_, kind)| kind.is_dir()).map(|(name, _)| name.into());
    std::iter::once(PathBuf::new()).chain(folders).filter(is_group).collect()
}

/// The cases of all folders.
pub fn contents(suite: &Suite, wanted: Wanted<'_>) -> Result<Contents, SuiteError> {
    let mut contents = Contents::default();
    for folder in groups(&suite.root).iter().flat_map(|group| FOLDERS.map(|folder| group.join(folder))) {
        let path = suite.root.join(&folder);
        if !path.is_dir() {
            continue;
        }
        let names = names(&path)?;
        for file in names.keys() {
            let label = |file: &OsStr| shown(folder.join(file));
            match without(file, ".nix") {
                Some(name) if wanted(&label(name)) => match case(suite, &path, name, label(name)) {
                    Ok(case) => contents.cases.push(case),
                    Err(error) => contents.unreadable.push((label(name), error)),
                },
                Some(_) => {}
                None => {
                    let program = without(file, ENDING).is_some_and(|name| names.contains_key(&with(name, ".nix")));
                    if !program && wanted(&label(file)) {
                        contents.unused.push(label(file));
                    }
                }
            }
        }
    }
    if contents.cases.is_empty() && contents.unreadable.is_empty() && groups(&suite.root).is_empty() {
        return Err(suite.no_fixtures());
    }
    Ok(contents)
}

fn case(suite: &Suite, folder: &Path, name: &OsStr, label: String) -> Result<Case, FixtureError> {
    let source = folder.join(with(name, ".nix"));
    let mut program = fixture::content(&source)?;
    // There, a program does not end in a newline.
    if program.last() == Some(&b'\n') {
        program.pop();
    }
    let expected = fixture::optional(&folder.join(with(name, ENDING)))?;
    let verdict = expected.as_deref().map_or(Verdict::Unknown("nothing is recorded for it"), verdict);
    let class = if verdict == Verdict::Refused { Class::ParseFail } else { Class::ParseOkay };
    let request = Request {
        arguments: fixture::words(ARGUMENTS),
        environment: fixture::environment(),
        current_dir: folder.to_owned(),
        stdin: [BEFORE, &program].concat(),
        ..Request::default()
    };
    let unjudged = if let Verdict::Unknown(reason) = verdict { Some(reason.to_owned()) } else { None };
    Ok(Case { unjudged, root: folder.to_owned(), ..Case::new(suite, label, class, source, request) })
}

/// What rnix made of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Refused,
    Unknown(&'static str),
}

/// Reads what rnix printed: errors and then a tree, or tokens.
fn verdict(printed: &[u8]) -> Verdict {
    if printed.starts_with(b"error: ") {
        Verdict::Refused
    } else if printed.starts_with(b"NODE_") {
        Verdict::Accepted
    } else if printed.lines().any(|line| line.starts_with(b"TOKEN_ERROR,")) {
        Verdict::Refused
    } else {
        Verdict::Unknown("rnix's tokens are recorded, and tokens alone do not make a program")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rnix_printed_is_told_apart() {
        assert_eq!(verdict(b"error: unexpected\nNODE_ROOT@0..1\n"), Verdict::Refused);
        assert_eq!(verdict(b"NODE_ROOT@0..1\n"), Verdict::Accepted);
        assert_eq!(verdict(b"TOKEN_ERROR, \"%\"\n"), Verdict::Refused);
        assert!(matches!(verdict(b"TOKEN_IDENT, \"a\"\n"), Verdict::Unknown(_)));
    }
}
