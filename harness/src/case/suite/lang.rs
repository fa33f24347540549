//! Upstream's layout, and ours: fixtures side by side in `lang/`, told apart by the endings of their files.

use std::{collections::BTreeSet, ffi::OsStr, os::unix::ffi::OsStrExt, path::Path, path::PathBuf};

use super::{Contents, Suite, SuiteError, Wanted, names, with, without};
use crate::{
    case::{Case, Class, FixtureError, about, fixture},
    names::shown,
};

/// The folder above `lang/`, which `folder` is or is in.
pub fn find(folder: &Path) -> Option<PathBuf> {
    if folder.join("lang").is_dir() {
        return Some(folder.to_owned());
    }
    if folder.ends_with("lang") { folder.parent().map(Path::to_owned) } else { None }
}

/// The cases of a suite, each read by `read`.
pub fn contents(
    suite: &Suite,
    wanted: Wanted<'_>,
    read: impl Fn(&OsStr, Class) -> Result<Case, FixtureError>,
) -> Result<Contents, SuiteError> {
    let names = names(&suite.root.join("lang"))?;
    let mut contents = Contents::default();
    let mut fixtures = 0;
    let mut of_sides = Vec::new();
    // Whatever looks like a fixture's file is run, or said to be of no use.
    for (file, kind) in &names {
        let Some(class) = Class::of(file.as_bytes()) else { continue };
        let Some((name, ending)) = split(file) else {
            // A folder of another name holds what fixtures read.
            if !kind.is_dir() && wanted(&shown(file)) {
                contents.unused.push(shown(file));
            }
            continue;
        };
        fixtures += usize::from(ending == ".nix");
        // What is recorded for other releases belongs to the fixture whose name it begins with.
        let base = about::base_of_side(name)
            .filter(|base| ending.ends_with(".exp") && names.contains_key(&with(base, ".nix")));
        if let Some(base) = base {
            if wanted(&shown(base)) && !names.contains_key(&with(base, ".exp-disabled")) {
                of_sides.push(file);
            }
            continue;
        }
        if Class::of(name.as_bytes()).is_none() || !wanted(&shown(name)) {
            continue;
        }
        if ending != ".nix" {
            let program = names.contains_key(&with(name, ".nix"));
            if !program || !fixture::reads(suite, name, class, ending) {
                contents.unused.push(shown(file));
            }
        } else if names.contains_key(&with(name, ".exp-disabled")) {
            contents.disabled.push(shown(name));
        } else {
            match read(name, class) {
                Ok(case) => contents.cases.push(case),
                Err(error) => contents.unreadable.push((shown(name), error)),
            }
        }
    }
    if fixtures == 0 {
        return Err(suite.no_fixtures());
    }
    let read: BTreeSet<_> = contents.cases.iter().flat_map(files_of_sides).collect();
    let unread = of_sides.iter().filter(|file| !read.contains(file.as_bytes()));
    contents.unused.extend(unread.map(shown));
    contents.unused.sort();
    Ok(contents)
}

/// Names of the files that are recorded for other releases.
fn files_of_sides(case: &Case) -> impl Iterator<Item = &[u8]> {
    let recorded = case.sides.iter().flat_map(|side| [&side.expectation.stdout, &side.expectation.stderr]);
    recorded.flatten().filter_map(|it| it.file.file_name()).map(OsStr::as_bytes)
}

/// A fixture's file name as the fixture's name and the ending.
fn split(file: &OsStr) -> Option<(&OsStr, &'static str)> {
    std::iter::once(".nix").chain(fixture::ENDINGS).find_map(|ending| Some((without(file, ending)?, ending)))
}
