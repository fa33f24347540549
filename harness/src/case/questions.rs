//! The questions of a run, made one at a time, so that a run of 100,000 takes no more memory than one of 100.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsString,
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{self, BufReader},
    path::{Path, PathBuf},
    sync::Arc,
};

use nix_evaluator::hash::{Algorithm, HashFormat, Hasher};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{FixtureError, Question, Suite, SuiteError, oracle, question::name_of_expression};
use crate::{names::shown, read};

/// Where questions come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// One expression.
    Expression(String),
    /// A file with one expression a line, or a copy of one that can be read only once; empty lines, and lines that
    /// begin with `#`, are none.
    Expressions(PathBuf),
    /// The expressions of a Rust file whose tests compare evaluators.
    Oracle(PathBuf),
    /// One file.
    File(PathBuf),
    /// All files `*.nix` of a folder, and of the folders in it.
    Folder(PathBuf),
    /// The fixtures of a suite.
    Fixtures(Suite),
}

/// All questions of a run, in order.
pub struct Questions {
    /// Where they come from.
    pub sources: Vec<Source>,
    /// The folder that relative names start from.
    pub folder: Arc<Path>,
    /// Flags before expressions and files, where they are others than to evaluate them strictly.
    pub flags: Option<Arc<[OsString]>>,
    /// Which names are wanted.
    pub wanted: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

/// Why there is no next question.
#[derive(Debug, thiserror::Error)]
pub enum QuestionsError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", shown(file))]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder of fixtures cannot be used.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// A fixture cannot be read.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
}

/// Which questions a run asks, in brief: two runs with equal fingerprints ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// How many.
    pub count: usize,
    /// SHA-256 over all of them.
    pub sha256: String,
}

/// How often each name of an expression has come, by the hash of the name. The same expression may be asked twice, and
/// results are found by name.
#[derive(Default)]
struct Names(HashMap<u64, u32>, RandomState);

impl Names {
    fn tell_apart(&mut self, mut question: Question) -> Question {
        let count = self.0.entry(self.1.hash_one(&question.name)).or_default();
        *count += 1;
        if *count > 1 {
            question.name = format!("{} ({count})", question.name);
        }
        question
    }
}

type Stream<'a> = Box<dyn Iterator<Item = Result<Question, QuestionsError>> + Send + 'a>;

impl Questions {
    /// The questions, one by one. What is read from files is read again each time.
    pub fn iter(&self) -> Stream<'_> {
        let wanted = |question: &Result<Question, QuestionsError>| {
            question.as_ref().map_or(true, |question| (self.wanted)(&question.name))
        };
        let with_flags = |question: Question| match &self.flags {
            // Some expressions say for themselves how they are evaluated.
            Some(flags) if !question.has_flags() => question.with_flags(flags),
            _ => question,
        };
        let mut names = Names::default();
        let of_sources = self.sources.iter().flat_map(|source| {
            let is_expression = matches!(source, Source::Expression(_) | Source::Expressions(_));
            self.of(source).map(move |question| (question, is_expression))
        });
        let all = of_sources.map(move |(question, is_expression)| match question {
            Ok(question) if is_expression => Ok(names.tell_apart(question)),
            other => other,
        });
        Box::new(all.filter(wanted).map(move |question| question.map(with_flags)))
    }

    /// What lies there and is not asked: how many, by reason.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn skipped(&self) -> Result<BTreeMap<String, usize>, QuestionsError> {
        let mut skipped = BTreeMap::<String, usize>::new();
        let mut skip = |reason: &str| *skipped.entry(reason.to_owned()).or_default() += 1;
        for source in &self.sources {
            match source {
                Source::Fixtures(suite) => {
                    let disabled = suite.questions(|name| (self.wanted)(name))?.disabled;
                    disabled.iter().for_each(|_| skip("fixtures that are switched off (.exp-disabled)"));
                }
                Source::Folder(path) => {
                    let entries = WalkDir::new(path).into_iter().flatten();
                    let links = entries.filter(|it| it.depth() > 0 && it.path_is_symlink() && it.path().is_dir());
                    links.for_each(|_| skip("links to folders, which are not followed"));
                }
                Source::Expression(_) | Source::Expressions(_) | Source::Oracle(_) | Source::File(_) => {}
            }
        }
        Ok(skipped)
    }

    /// Counts the questions, and takes the hash of them.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn fingerprint(&self) -> Result<Fingerprint, QuestionsError> {
        let mut hasher = Hasher::new(Algorithm::Sha256);
        let mut count = 0;
        for question in self.iter() {
            question?.add_to(&mut hasher).map_err(|(file, source)| QuestionsError::Unreadable { file, source })?;
            count += 1;
        }
        Ok(Fingerprint { count, sha256: hasher.finish().to_text(HashFormat::Base16, false) })
    }

    fn of<'a>(&'a self, source: &'a Source) -> Stream<'a> {
        let folder = &self.folder;
        match source {
            Source::Expression(text) => {
                let name = name_of_expression(text.as_bytes());
                once(Ok(Question::expression(name, text.clone().into_bytes(), folder.clone())))
            }
            Source::Expressions(file) => match expressions(file, folder.clone()) {
                Ok(questions) => Box::new(questions),
                Err(source) => once(Err(QuestionsError::Unreadable { file: file.clone(), source })),
            },
            Source::Oracle(file) => match of_oracle(file, &folder.join(file)) {
                Ok(questions) => Box::new(questions.into_iter().map(Ok)),
                Err(source) => once(Err(QuestionsError::Unreadable { file: file.clone(), source })),
            },
            Source::File(file) => once(Ok(Question::file(file, folder.clone()))),
            Source::Folder(path) => Box::new(WalkDir::new(path).sort_by_file_name().into_iter().filter_map(|entry| {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        let file = error.path().unwrap_or(path).to_owned();
                        let source = error.into_io_error().unwrap_or_else(|| io::Error::other("links form a loop"));
                        return Some(Err(QuestionsError::Unreadable { file, source }));
                    }
                };
                let is_program = entry.path().extension().is_some_and(|extension| extension == "nix");
                if !is_program || entry.file_type().is_dir() {
                    return None;
                }
                // Evaluators follow links too.
                let refused = |source| QuestionsError::Unreadable { file: entry.path().to_owned(), source };
                match entry.path().metadata() {
                    Ok(kind) if kind.is_file() => Some(Ok(Question::file(entry.path(), folder.clone()))),
                    Ok(kind) if kind.is_dir() => None,
                    Ok(_) => Some(Err(refused(io::Error::other("it is no regular file")))),
                    Err(error) => Some(Err(refused(error))),
                }
            })),
            Source::Fixtures(suite) => match suite.questions(|_| true) {
                Err(error) => once(Err(error.into())),
                Ok(contents) => match contents.unreadable.into_iter().next() {
                    Some((_, error)) => once(Err(error.into())),
                    None => Box::new(contents.cases.into_iter().map(|case| Ok(Question::fixture(case)))),
                },
            },
        }
    }
}

fn once<'a>(question: Result<Question, QuestionsError>) -> Stream<'a> {
    Box::new(std::iter::once(question))
}

/// The expressions of tests in Rust, each evaluated in the folder of its file.
fn of_oracle(name: &Path, file: &Path) -> io::Result<Vec<Question>> {
    let text = String::from_utf8(read::whole(file)?).map_err(io::Error::other)?;
    let expressions =
        oracle::expressions(&text).map_err(|error| io::Error::other(format!("it is no Rust: {error}")))?;
    if expressions.is_empty() {
        return Err(io::Error::other("no compare_strict_eval_tests! or compare_lazy_eval_tests! is in it"));
    }
    let folder: Arc<Path> = file.parent().unwrap_or(Path::new("/")).into();
    let lazily: Arc<[OsString]> = ["--eval"].map(OsString::from).into();
    let questions = expressions.into_iter().map(|expression| {
        let name = format!("{}:{}", shown(name.file_name().unwrap_or_default()), expression.name);
        let question = Question::expression(name, expression.text.into_bytes(), folder.clone());
        if expression.strict { question } else { question.with_flags(&lazily) }
    });
    Ok(questions.collect())
}

/// The expressions in a file.
fn expressions(
    file: &Path,
    folder: Arc<Path>,
) -> io::Result<impl Iterator<Item = Result<Question, QuestionsError>> + Send> {
    let mut from = Some(BufReader::new(File::open(file)?));
    let lines = std::iter::from_fn(move || {
        let mut line = Vec::new();
        match read::line(from.as_mut()?, &mut line, read::MOST_OF_A_CASE) {
            Ok(is_there) => is_there.then_some(Ok(line)),
            Err(error) => {
                from = None;
                Some(Err(error))
            }
        }
    });
    let file = file.to_owned();
    Ok(lines.filter_map(move |line| match line {
        Err(source) => Some(Err(QuestionsError::Unreadable { file: file.clone(), source })),
        Ok(line) if line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#") => None,
        Ok(line) => Some(Ok(Question::expression(name_of_expression(&line), line, folder.clone()))),
    }))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn questions(sources: Vec<Source>) -> Questions {
        Questions { sources, folder: Path::new("/").into(), flags: None, wanted: Box::new(|_| true) }
    }

    #[test]
    fn expressions_are_read_a_line_each() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.txt");
        fs::write(&file, b"1 + 1\n\n  # no\n-1\n\"\xff\"").expect("writable");
        let all = questions(vec![Source::Expressions(file)]);
        let questions: Vec<_> = all.iter().map(|question| question.expect("readable")).collect();
        let names: Vec<_> = questions.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names[..2], ["1 + 1", "-1"]);
        assert!(names[2].contains("… #"), "{names:?}");
        let request = questions[1].request(false);
        assert_eq!(request.arguments, ["--eval", "--strict", "-"].map(OsString::from));
        assert_eq!(request.stdin, b"-1");
    }

    #[test]
    fn a_fingerprint_tells_names_texts_order_and_contents() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.nix");
        let of = |sources: &[Source]| questions(sources.to_vec()).fingerprint().expect("readable");
        let [one, other] = ["1", "2"].map(|text| Source::Expression(text.to_owned()));
        let both = of(&[one.clone(), other.clone()]);
        assert_eq!((both.count, both.sha256.len()), (2, 64));
        assert_eq!(both, of(&[one.clone(), other.clone()]));
        assert_ne!(both.sha256, of(&[other, one]).sha256);
        fs::write(&file, "1").expect("writable");
        let before = of(&[Source::File(file.clone())]);
        fs::write(&file, "2").expect("writable");
        assert_ne!(before.sha256, of(&[Source::File(file)]).sha256);
    }

    #[test]
    fn a_folder_gives_files_and_links_and_refuses_what_cannot_be_asked() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("folder.nix")).expect("writable");
        for name in ["a.nix", "folder.nix/b.nix", "text"] {
            fs::write(at(name), "1").expect("writable");
        }
        std::os::unix::fs::symlink("a.nix", at("link.nix")).expect("writable");
        let all = questions(vec![Source::Folder(folder.path().to_owned())]);
        assert_eq!(all.fingerprint().expect("readable").count, 3);
        let refused = |leads_to: &str, expected: &str| {
            std::os::unix::fs::symlink(leads_to, at("odd.nix")).expect("writable");
            let error = all.fingerprint().expect_err("refused").to_string();
            assert!(error.contains("odd.nix: ") && error.contains(expected), "{error}");
            fs::remove_file(at("odd.nix")).expect("it is there");
        };
        refused("/dev/zero", "it is no regular file");
        refused("absent", "No such file");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let check = |source: Source| {
            let error = questions(vec![source]).fingerprint().expect_err("it is not there").to_string();
            assert!(error.starts_with("cannot read /nonexistent/x: No such file"), "{error}");
        };
        check(Source::Expressions("/nonexistent/x".into()));
        check(Source::Folder("/nonexistent/x".into()));
    }
}
