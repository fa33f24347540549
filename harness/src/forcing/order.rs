//! In which order two engines force what a program delays.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use serde::{Deserialize, Serialize};

use super::probes::{self, MARK, Place, Probed};
use crate::{
    case::{Question, Request},
    engine::{Engine, Named, room},
    outcome::{Outcome, error},
    read,
};

/// How many steps of a side are kept: nobody reads more, and a loop forces the same place again and again.
const MOST: usize = 20_000;

/// The two orders, and where what is forced stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forcing {
    /// Where the delayed expressions of the program stand.
    pub places: Vec<Place>,
    /// The reference, then the subject.
    pub sides: [Side; 2],
}

/// What one engine forced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The engine's name.
    pub engine: String,
    /// Places in the order in which they were forced, by number. A place is there as often as it was.
    pub order: Vec<usize>,
    /// How many steps more there were.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: usize,
}

fn is_none(number: &usize) -> bool {
    *number == 0
}

/// In which order `reference` and `subject` force what the program of `question` delays. With each stands what it did
/// without probes.
///
/// # Errors
/// Why that cannot be told, for people.
pub fn compare(
    question: &Question,
    reference: (&Named, &Outcome),
    subject: (&Named, &Outcome),
) -> Result<Forcing, String> {
    let (program, request) = asked(question)?;
    let probed = probes::probe(&program).map_err(|why| format!("the program gets no probes: {why}"))?;
    let side = |(named, outcome): (&Named, &Outcome)| {
        let mut order =
            by_probes(&*named.engine, &request, &probed, outcome).map_err(|why| format!("{}: {why}", named.name))?;
        let left_out = order.len().saturating_sub(MOST);
        order.truncate(MOST);
        Ok::<_, String>(Side { engine: named.name.clone(), order, left_out })
    };
    let sides = [side(reference)?, side(subject)?];
    Ok(Forcing { places: probed.places, sides })
}

/// The program of a question, and the request that reads it from standard input.
fn asked(question: &Question) -> Result<(String, Request), String> {
    let mut request = question.request(false);
    if let Some(text) = question.text() {
        return Ok((text.to_str().map_err(|_| NOT_TEXT)?.to_owned(), request));
    }
    let file = match (question.path(), question.case()) {
        (Some(file), _) => file,
        (None, Some(case)) => case.source.clone(),
        (None, None) => return Err("it is no program of its own".to_owned()),
    };
    let last = request.arguments.last().map(PathBuf::from);
    if last.as_deref().and_then(Path::file_name) != file.file_name() {
        return Err("its flags do not end in its program".to_owned());
    }
    let bytes = read::whole(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    request.arguments.pop();
    request.arguments.push("-".into());
    request.current_dir = file.parent().unwrap_or(Path::new("/")).to_owned();
    request.stdin.clone_from(&bytes);
    Ok((String::from_utf8(bytes).map_err(|_| NOT_TEXT)?, request))
}

const NOT_TEXT: &str = "the program is not UTF-8";

/// The order that probes print.
fn by_probes(engine: &dyn Engine, request: &Request, probed: &Probed, plain: &Outcome) -> Result<Vec<usize>, String> {
    let request = Request { stdin: probed.text.clone().into_bytes(), ..request.clone() };
    let mut came = room::ask(engine, &request);
    let order = take_probes(&mut came.stderr);
    let words = |outcome: &Outcome| {
        let parts = error::parts(&outcome.stderr);
        (parts.log.to_vec(), parts.error.map(error::message))
    };
    let changed = if came.ending != plain.ending {
        format!("{} instead of {}", came.ending, plain.ending)
    } else if came.stdout != plain.stdout {
        "another value".to_owned()
    } else if words(&came) != words(plain) {
        "another error, trace or warning".to_owned()
    } else {
        return Ok(order);
    };
    Err(format!("probes change what the program does ({changed}), so that the order is not told"))
}

/// Takes the lines of probes out of standard error: their numbers, in order. An error's trace may show them as the text
/// that they are, and stays as it is.
fn take_probes(stderr: &mut Vec<u8>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut rest = Vec::with_capacity(stderr.len());
    let log = error::parts(stderr).log.len();
    for line in stderr[..log].lines_with_terminator() {
        let number = line.find(MARK).map(|at| &line[at + MARK.len()..]).and_then(|behind| {
            let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
            behind[..digits].to_str().ok()?.parse().ok()
        });
        match number {
            Some(number) => order.push(number),
            None => rest.extend_from_slice(line),
        }
    }
    rest.extend_from_slice(&stderr[log..]);
    *stderr = rest;
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_probes_are_taken_out() {
        let mut stderr =
            b"trace: thunkproof:3\ntrace: a\nTRACE: \"thunkproof:12\" :: string\nerror: x\n  (__trace \"thunkproof:3\""
                .to_vec();
        assert_eq!(take_probes(&mut stderr), [3, 12]);
        assert_eq!(stderr, b"trace: a\nerror: x\n  (__trace \"thunkproof:3\"");
    }
}
