//! Where a case comes from, and its source: what a report shows beside the answers.

use std::{borrow::Cow, fs, path::Path};

use serde::Serialize;

use super::diff::visible;
use crate::{
    case::{About, Case, Class, Question},
    names::shown,
};

/// Longest program that is written into a run, in bytes; of a longer one, the name of its file has to do.
const LONGEST: u64 = 64 << 10;

/// Fields that lines and documents of a run share.
#[derive(Debug, Serialize)]
pub struct Origin<'a> {
    /// The folder of fixtures it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    suite: Option<&'a str>,
    /// Its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Class>,
    /// The file that the program is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Cow<'a, str>>,
    /// What it shows, and what it is about.
    #[serde(flatten)]
    about: Option<&'a About>,
    /// The program, where it is in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl<'a> Origin<'a> {
    /// That of a fixture, whose file is named from the folder it runs in.
    pub fn of_case(case: &'a Case) -> Origin<'a> {
        let within = |folder: &Path| case.source.strip_prefix(folder).ok();
        let file = within(&case.request.current_dir).or_else(|| within(&case.root)).unwrap_or(&case.source);
        Origin {
            suite: Some(&case.suite),
            class: Some(case.class),
            file: Some(shown(file).into()),
            about: Some(&case.about),
            source: program(&case.source),
        }
    }

    /// That of a question.
    pub fn of_question(question: &'a Question) -> Origin<'a> {
        if let Some(case) = question.case() {
            return Origin::of_case(case);
        }
        let file = question.path();
        Origin {
            suite: None,
            class: None,
            file: file.as_ref().map(|_| question.name.as_str().into()),
            about: None,
            source: file.and_then(|file| program(&file)),
        }
    }
}

/// The program in a file, if it is short enough. One that cannot be read was not evaluated either, and its outcome says
/// why.
fn program(file: &Path) -> Option<String> {
    let short = fs::metadata(file).is_ok_and(|file| file.is_file() && file.len() <= LONGEST);
    if short { fs::read(file).ok().map(|program| visible(&program)) } else { None }
}
