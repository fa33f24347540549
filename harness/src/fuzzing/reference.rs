//! Compares the embedded evaluator with a reference, for the targets in `fuzz/`.
//!
//! libFuzzer stops at the first finding, so a finding must be worth a stop: it comes again, it is reduced, and
//! `known-divergences.toml` does not accept it. Whether the list accepts a divergence is decided on the reduced
//! program, as in a campaign. From then on, programs that hold everything an accepted one is made of are skipped.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    env,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use jiff::civil::Date;

use super::seed_of;
use crate::{
    campaign::trace_of,
    case::{Question, Request, question::Trace},
    engine::{Embedded, Engine, Limits, Named, Spec, terms},
    generate::topics::files,
    known::{
        self, Known,
        difference::{Ledger, Seen},
    },
    outcome::{
        Ending, Outcome,
        compare::{Comparison, Level, Verdict, compare, compare_on},
    },
    program::{Expr, read},
    project,
    reduce::{
        self, Effort, Refused,
        divergence::{Asker, Kept},
        shape,
    },
};

/// Names the program that is the reference, for targets that ask one.
pub const VARIABLE: &str = "THUNKPROOF_REFERENCE";

/// Where `scripts/provision-reference` puts one, below the repository's root.
const PROVISIONED: &str = "target/reference/forky/bin/nix-instantiate";

/// The finest level that counts.
const FINEST: Level = Level::Stderr;

/// What one input may take, as often as it is asked.
const ONE_INPUT: Duration = Duration::from_secs(5);

/// What a reduction may take. It ends well before libFuzzer takes the target for stuck.
const REDUCTION: Effort = Effort { time: Duration::from_secs(60), tries: 20_000 };

/// A program that the reference is asked about.
pub(super) struct Asked<'s> {
    source: &'s [u8],
    request: Request,
}

/// A reference, with what is accepted of the evaluator in process beside it.
pub(super) struct Reference {
    /// The evaluator in process, then the reference.
    engines: Arc<[Named; 2]>,
    /// To and from the thread that asks the reference.
    questions: Sender<Request>,
    answers: Receiver<Outcome>,
    known: Known,
    today: Date,
    /// Signatures with the shapes of reduced programs that are accepted.
    accepted: RefCell<Vec<(String, BTreeSet<String>)>>,
    folder: tempfile::TempDir,
}

impl Reference {
    /// The program that [`VARIABLE`] names or that is provisioned, if there is one.
    ///
    /// # Errors
    /// When it does not start, or the list of known divergences cannot be read.
    pub fn find() -> Result<Option<Reference>, String> {
        let here = env::current_dir().map_err(|error| format!("cannot read the current folder: {error}"))?;
        let root = project::root_above(&here);
        let below_the_root = |name: &str| root.as_ref().map(|root| root.join(name)).filter(|path| path.exists());
        let named = env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
        let Some(program) = named.or_else(|| below_the_root(PROVISIONED)) else { return Ok(None) };
        let known = below_the_root(known::FILE).map(|file| Known::load(&file)).transpose();
        let known = known.map_err(|error| error.to_string())?.unwrap_or_default();
        let limits = Limits::of_time(ONE_INPUT);
        let engine = Spec::Fork(program.into_os_string()).start(limits).map_err(|error| error.to_string())?;
        Reference::new(engine, known).map(Some)
    }

    /// This engine as the reference.
    ///
    /// # Errors
    /// When there is no place for temporary files.
    pub fn new(engine: Box<dyn Engine>, known: Known) -> Result<Reference, String> {
        let folder = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
        files::write(folder.path()).map_err(|error| format!("cannot write files that programs import: {error}"))?;
        let subject = Box::new(Embedded::new(Limits::of_time(ONE_INPUT)));
        let engines = [
            Named { name: "embedded".to_owned(), engine: subject },
            Named { name: engine.identity().engine.clone(), engine },
        ];
        let engines = Arc::new(engines);
        let (questions, asked) = mpsc::channel::<Request>();
        let (tell, answers) = mpsc::channel();
        let asking = engines.clone();
        let ask = move || {
            for request in asked {
                if tell.send(asking[1].engine.evaluate(&request)).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("reference".to_owned())
            .spawn(ask)
            .map_err(|error| format!("cannot start a thread: {error}"))?;
        let today = jiff::Zoned::now().date();
        Ok(Reference { engines, questions, answers, known, today, accepted: RefCell::default(), folder })
    }

    /// Asks the reference what it makes of this program, on another thread.
    pub fn ask<'s>(&self, source: &'s [u8]) -> Asked<'s> {
        let question = Question::expression(String::new(), source.to_vec(), self.folder.path());
        let request = question.with_trace(trace_of(seed_of(source))).request(false);
        // It fails only where the thread has ended, and then no answer comes either.
        let _ = self.questions.send(request.clone());
        Asked { source, request }
    }

    /// What differs, of a program that was [asked](Reference::ask).
    pub fn answered(&self, asked: Asked<'_>) -> Option<String> {
        let [ours, reference] = &*self.engines;
        let outcome = ours.engine.evaluate(&asked.request);
        if let Ok(theirs) = self.answers.recv() {
            let terms = terms(&*ours.engine, &*reference.engine, &asked.request, FINEST);
            if compare_on(&outcome, &theirs, terms).verdict != Verdict::Diverge {
                return None;
            }
        }
        self.compare(asked.source)
    }

    /// What differs when this program is evaluated, twice alike.
    pub fn compare(&self, source: &[u8]) -> Option<String> {
        let asker = self.asker(trace_of(seed_of(source)));
        let divergence = || asker.compare(source).filter(|comparison| comparison.verdict == Verdict::Diverge);
        let found = divergence()?;
        if divergence().as_ref() != Some(&found) {
            return None;
        }
        let (level, signature) = (found.level?, found.bucket?);
        let tree = str::from_utf8(source).ok().and_then(|text| read(text).ok());
        // What shows only in how the source is written is not in the tree.
        let tree = tree.filter(|tree| asker.bucket(tree.to_source().as_bytes()).as_ref() == Some(&signature));
        let Some(tree) = tree else {
            return (!self.accepts(level, &signature, None))
                .then(|| self.report(&signature, source, &asker.outcomes(source)));
        };
        if self.is_explained(&signature, &shape::of(&tree)) {
            return None;
        }
        let shows = asker.keeps(&tree, Kept::Bucket(signature.clone()));
        let reduced = match reduce::reduce(&tree, shows, REDUCTION) {
            Ok(reduced) => reduced.program,
            Err(Refused::NothingIsInteresting) => tree,
            // It did not come again.
            Err(Refused::NotInteresting) => return None,
        };
        let shape = shape::of(&reduced);
        if self.accepts(level, &shape::identity(&signature, &shape), Some(&reduced)) {
            self.accepted.borrow_mut().push((signature, shape));
            return None;
        }
        let readable = reduced.to_readable();
        let report = self.report(&signature, readable.as_bytes(), &asker.outcomes(readable.as_bytes()));
        Some(format!("{report}\nreduced from:\n{}", String::from_utf8_lossy(source)))
    }

    /// What differs when this text is parsed.
    pub fn compare_parsed(&self, source: &[u8]) -> Option<String> {
        let question = Question::expression(String::new(), source.to_vec(), self.folder.path());
        let mut request = question.request(false);
        request.arguments = ["--parse", "-"].map(Into::into).to_vec();
        let outcomes: Vec<Outcome> = self.engines.iter().map(|named| named.engine.evaluate(&request)).collect();
        let Comparison { verdict, bucket, .. } = compare(&outcomes[0], &outcomes[1], Level::Value);
        (verdict == Verdict::Diverge).then(|| self.report(&bucket.unwrap_or_default(), source, &outcomes))
    }

    fn asker(&self, trace: Trace) -> Asker<'_> {
        Asker {
            subject: &self.engines[0],
            reference: Some(&self.engines[1]),
            folder: self.folder.path().to_owned(),
            finest: FINEST,
            count_work: false,
            trace,
        }
    }

    fn is_explained(&self, signature: &str, made_of: &BTreeSet<String>) -> bool {
        let accepted = self.accepted.borrow();
        accepted.iter().any(|(known, shape)| known == signature && shape.is_subset(made_of))
    }

    fn accepts(&self, level: Level, bucket: &str, program: Option<&Expr>) -> bool {
        let seen = Seen {
            suite: None,
            case: "",
            difference: Some((level, bucket)),
            program,
            is_inconclusive: false,
            engines: (*self.engines).each_ref(),
        };
        Ledger::new(&self.known, self.today).enter(seen).is_some()
    }

    fn report(&self, signature: &str, source: &[u8], outcomes: &[Outcome]) -> String {
        let mut report = format!("{signature}\nprogram:\n{}", String::from_utf8_lossy(source));
        for (named, outcome) in self.engines.iter().zip(outcomes) {
            let version = &named.engine.identity().version;
            let (stdout, stderr) = (String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
            report += &format!("\n{} ({version}):\n{stderr}{stdout}", named.name);
            if outcome.ending != Ending::Exited(0) {
                report += &format!("({})", outcome.ending);
            }
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    /// A reference that refuses programs with `seq` in them, and answers all others with `null`.
    fn that_refuses_seq(known: &str) -> (Reference, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("refuses");
        let text = "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'nix-instantiate (Nix) 9'; exit 0; }\n\
            case \"$*\" in *'square 271'*) echo 73446; exit 0 ;; esac\n\
            grep -q seq && { echo 'error: no' >&2; exit 1; }\necho null\n";
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        let list = folder.path().join("known.toml");
        fs::write(&list, known).unwrap();
        let limits = Limits::of_time(Duration::from_secs(20));
        let engine = Spec::Command(script.into_os_string()).start(limits).unwrap();
        (Reference::new(engine, Known::load(&list).unwrap()).unwrap(), folder)
    }

    const PROGRAM: &[u8] = b"let x = 2 * 3; in if x == 6 then builtins.seq x null else [ ]";

    #[test]
    fn a_report_has_the_reduced_program_and_both_sides() {
        let (reference, _folder) = that_refuses_seq("");
        let report = reference.compare(PROGRAM).expect("a difference");
        let (reduced, original) = report.split_once("\nreduced from:\n").unwrap();
        for part in ["fails-alike", "\nprogram:\n", "seq", "\nembedded (", "error: no", "(exit status 1)"] {
            assert!(reduced.contains(part), "{report}");
        }
        assert!(original.as_bytes() == PROGRAM && !reduced.contains("if"), "{report}");
        let report = reference.compare_parsed(b"1 + 1").expect("a difference");
        assert!(report.contains("(1 + 1)") && report.contains("null"), "{report}");
        assert_eq!(reference.compare(b"null"), None, "both answer null");
    }

    #[test]
    fn a_program_is_asked_meanwhile_and_the_answer_is_its_own() {
        let (reference, _folder) = that_refuses_seq("");
        for (source, differs) in [(&b"null"[..], false), (PROGRAM, true), (b"null", false), (b"1", true)] {
            let asked = reference.ask(source);
            assert_eq!(reference.answered(asked).is_some(), differs, "{}", source.escape_ascii());
        }
    }

    #[test]
    fn what_is_accepted_is_seen_from_the_reduced_program() {
        let known =
            "[[difference]]\nlevel = 'fails-alike'\nbucket = '*seq*'\nreason = 'a test'\nexpires = 9999-01-01\n";
        let (reference, _folder) = that_refuses_seq(known);
        assert_eq!(reference.compare(PROGRAM), None);
        assert_eq!(reference.accepted.borrow().len(), 1);
        assert_eq!(reference.compare(b"[ (builtins.seq 1 null) ]"), None, "another showing of the same");
        assert_eq!(reference.accepted.borrow().len(), 1);
        assert!(reference.compare(b"1").is_some(), "another level");
    }
}
