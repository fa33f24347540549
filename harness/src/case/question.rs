//! A question without a recorded answer: an expression, a file, or a fixture of which only the question counts.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Case, Request, fixture};

/// Something to ask several evaluators.
#[derive(Clone, Debug)]
pub struct Question {
    /// How reports call it.
    pub name: String,
    /// What is asked.
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Expression { text: Vec<u8>, folder: PathBuf },
    File { file: PathBuf, folder: PathBuf },
    Fixture(Box<Case>),
}

impl Question {
    /// The value of an expression, evaluated in `folder`.
    pub fn expression(name: String, text: Vec<u8>, folder: &Path) -> Question {
        Question { name, kind: Kind::Expression { text, folder: folder.to_owned() } }
    }

    /// The value of a file, which is named as it is given; `folder` is the folder that a relative name starts from.
    pub fn file(file: &Path, folder: &Path) -> Question {
        let name = file.to_string_lossy().into_owned();
        Question { name, kind: Kind::File { file: file.to_owned(), folder: folder.to_owned() } }
    }

    /// What a fixture asks.
    pub fn fixture(case: Case) -> Question {
        Question { name: case.name.clone(), kind: Kind::Fixture(Box::new(case)) }
    }

    /// The expression, if the question is one.
    pub fn text(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Expression { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The fixture, if the question is what one asks.
    pub fn case(&self) -> Option<&Case> {
        match &self.kind {
            Kind::Fixture(case) => Some(case),
            _ => None,
        }
    }

    /// The file that holds the program, if the question is one.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.kind {
            Kind::File { file, folder } => Some(folder.join(file)),
            _ => None,
        }
    }

    /// The request that puts the question. Expressions go to standard input, for one that begins with a dash would be
    /// taken for a flag.
    pub fn request(&self, count_work: bool) -> Request {
        let evaluate = |what: OsString, folder: &Path, stdin: Vec<u8>| Request {
            arguments: vec!["--eval".into(), "--strict".into(), what],
            environment: fixture::environment(),
            current_dir: folder.to_owned(),
            stdin,
            count_work,
        };
        match &self.kind {
            Kind::Expression { text, folder } => evaluate("-".into(), folder, text.clone()),
            Kind::File { file, folder } => {
                // A bare name is looked for below the current folder only when it is written as a path.
                let file = if file.is_absolute() { file.clone() } else { Path::new(".").join(file) };
                evaluate(file.into_os_string(), folder, Vec::new())
            }
            Kind::Fixture(case) => Request { count_work, ..case.request.clone() },
        }
    }
}

/// The expressions in a file, one a line, named by line; empty lines and lines that begin with `#` are none.
///
/// # Errors
/// When the file cannot be read.
pub fn expressions(file: &Path, folder: &Path) -> io::Result<Vec<Question>> {
    let text = fs::read(file)?;
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let wanted = lines.filter(|(_, line)| !line.trim_ascii().is_empty() && !line.trim_ascii_start().starts_with(b"#"));
    let question = |(index, line): (usize, &[u8])| {
        Question::expression(format!("{}:{}", file.display(), index + 1), line.to_vec(), folder)
    };
    Ok(wanted.map(question).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_a_line_each() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.txt");
        fs::write(&file, b"1 + 1\n\n  # no\n-1\n\"\xff\"").expect("writable");
        let questions = expressions(&file, folder.path()).expect("readable");
        let names: Vec<_> = questions.iter().map(|it| it.name.rsplit_once(':').expect("a line").1).collect();
        assert_eq!(names, ["1", "4", "5"]);
        let request = questions[1].request(false);
        assert_eq!(request.arguments, ["--eval", "--strict", "-"].map(OsString::from));
        assert_eq!(request.stdin, b"-1");
    }

    #[test]
    fn a_file_is_named_as_a_path() {
        let argument =
            |file: &str| Question::file(Path::new(file), Path::new("/x")).request(false).arguments[2].clone();
        assert_eq!(argument("a.nix"), "./a.nix");
        assert_eq!(argument("-a.nix"), "./-a.nix");
        assert_eq!(argument("/a.nix"), "/a.nix");
    }
}
