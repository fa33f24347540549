//! Puts runs together into tables: a row for each case, a column for each engine, and what each cell says of the engine
//! beside the baseline. Fixtures that were judged by recorded answers are one table, whichever runs they come from; each
//! run of `diff` is a table of its own, whose baseline is the first reference.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::{
    history::{Case, Kind, Outcome, RECORDED, Run},
    outcome::compare::Verdict,
};

/// What a cell says, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// All that is compared is alike.
    Exact,
    /// Exit status and standard output are alike.
    Messages,
    /// They are not.
    Wrong,
    /// The engine broke down.
    Crashed,
    /// A limit was reached.
    Inconclusive,
    /// The engine has no way to ask that.
    NotAsked,
}

/// One engine's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it said of its version.
    pub version: String,
    /// How it was asked for.
    pub engine: String,
}

/// What one engine did with one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// How it stands beside the baseline.
    pub mark: Mark,
    /// Why it is accepted, or why nothing can be said.
    pub reason: Option<String>,
    /// Whether it is accepted.
    pub known: bool,
    /// The signature of the difference.
    pub bucket: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// How it ended.
    pub ending: String,
    /// What it printed; nothing where that is as the baseline's, or was not kept.
    pub stdout: Option<String>,
    /// The same of standard error.
    pub stderr: Option<String>,
}

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The folder of fixtures it belongs to.
    pub suite: Option<String>,
    /// Its class, or a word for those that have none.
    pub class: String,
    /// What it shows, in words.
    pub title: Option<String>,
    /// What it is about.
    pub area: Option<String>,
    /// The file that the program is in.
    pub file: Option<String>,
    /// The program.
    pub source: Option<String>,
    /// What the baseline says.
    pub baseline: Option<Outcome>,
    /// A cell for each column that was asked.
    pub cells: Vec<Option<Cell>>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What people call it.
    pub title: String,
    /// What engines are held against.
    pub baseline: String,
    /// The engines.
    pub columns: Vec<Column>,
    /// The cases, in the order of the runs.
    pub rows: Vec<Row>,
    /// What people must know of the runs, a line each.
    pub remarks: Vec<String>,
}

/// Why runs do not go together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{engine} ({version}) is judged in {one} and in {other}: leave one of them out, or give the engines other names"
)]
pub struct TwiceJudged {
    engine: String,
    version: String,
    one: String,
    other: String,
}

/// The tables of these runs: fixtures first.
///
/// # Errors
/// When an engine is judged twice.
pub fn tables(runs: Vec<Run>) -> Result<Vec<Table>, TwiceJudged> {
    let mut fixtures =
        Table { title: "Fixtures".to_owned(), baseline: "recorded answers".to_owned(), ..Table::default() };
    let mut places = HashMap::new();
    let mut files: Vec<String> = Vec::new();
    let mut tables = Vec::new();
    for run in runs {
        let remarks = run.remarks.iter().chain(&run.problems).map(|remark| format!("{}: {remark}", run.name));
        if run.kind == Kind::Diff {
            let remarks = remarks.collect();
            tables.push(Table { remarks, ..compared(run) });
            continue;
        }
        for remark in remarks {
            if !fixtures.remarks.contains(&remark) {
                fixtures.remarks.push(remark);
            }
        }
        let column = column(&run, &run.subject);
        if let Some(at) =
            fixtures.columns.iter().position(|it| (&it.name, &it.version) == (&column.name, &column.version))
        {
            let Column { name, version, .. } = column;
            return Err(TwiceJudged { engine: name, version, one: files[at].clone(), other: run.name });
        }
        let index = fixtures.columns.len();
        fixtures.columns.push(column);
        files.push(run.name);
        for case in run.cases {
            let place = *places.entry((case.suite.clone(), case.name.clone())).or_insert_with(|| {
                fixtures.rows.push(Row::default());
                fixtures.rows.len() - 1
            });
            let row = &mut fixtures.rows[place];
            row.cells.resize(index, None);
            row.cells.push(Some(cell(&case, &run.subject, RECORDED)));
            row.learn(case, RECORDED);
        }
    }
    for row in &mut fixtures.rows {
        row.cells.resize(fixtures.columns.len(), None);
    }
    distinct_names(&mut fixtures.columns);
    if !fixtures.columns.is_empty() {
        tables.insert(0, fixtures);
    }
    Ok(tables)
}

/// The table of a run that compares engines.
fn compared(run: Run) -> Table {
    let title = run.title();
    let baseline = run.engines.iter().map(|engine| &engine.name).find(|name| **name != run.subject).cloned();
    let baseline = baseline.unwrap_or_else(|| run.subject.clone());
    let columns: Vec<Column> =
        run.engines.iter().filter(|it| it.name != baseline).map(|it| column(&run, &it.name)).collect();
    let row = |case: Case| {
        let cells = columns.iter().map(|column| Some(cell(&case, &column.name, &baseline))).collect();
        let mut row = Row { cells, ..Row::default() };
        row.learn(case, &baseline);
        row
    };
    let rows = run.cases.into_iter().map(row).collect();
    Table { title, baseline, columns, rows, remarks: Vec::new() }
}

fn column(run: &Run, name: &str) -> Column {
    let engine = run.engines.iter().find(|it| it.name == name).cloned().unwrap_or_default();
    Column { name: name.to_owned(), version: engine.version, engine: engine.engine }
}

/// Gives columns of one name their versions as part of it.
fn distinct_names(columns: &mut [Column]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for column in &*columns {
        *times.entry(column.name.clone()).or_default() += 1;
    }
    for column in columns.iter_mut().filter(|column| times[&column.name] > 1) {
        column.name = format!("{} {}", column.name, column.version);
    }
}

/// What `engine` did with this case, beside `baseline`.
fn cell(case: &Case, engine: &str, baseline: &str) -> Cell {
    let of = |name: &str| case.outcomes.iter().find(|outcome| outcome.engines.iter().any(|it| it == name));
    let (ours, theirs) = (of(engine), of(baseline));
    let ending = ours.map(|it| it.ending.clone()).unwrap_or_default();
    let said = case.comparisons.get(baseline).filter(|_| !case.comparisons.is_empty());
    let verdict = said.map_or(case.verdict, |it| it.verdict);
    let mark = match (ours, theirs) {
        (Some(ours), Some(theirs)) => mark(ours, theirs, verdict),
        _ => Mark::NotAsked,
    };
    // The run says why of its subject only.
    let of_subject = case.comparisons.is_empty() || said.is_some();
    let differs = |take: fn(&Outcome) -> &Option<String>| {
        let stream = ours.and_then(|it| take(it).clone());
        stream.filter(|stream| theirs.and_then(|it| take(it).as_ref()) != Some(stream))
    };
    Cell {
        mark,
        known: of_subject && verdict == Verdict::Known,
        reason: case.reason.clone().filter(|_| of_subject),
        bucket: case.bucket.clone().filter(|_| of_subject && mark != Mark::Exact),
        seconds: case.seconds.get(engine).copied(),
        ending,
        stdout: differs(|it| &it.stdout),
        stderr: differs(|it| &it.stderr),
    }
}

/// How an outcome stands beside the baseline's. Endings are text here, as runs keep them.
fn mark(ours: &Outcome, theirs: &Outcome, verdict: Verdict) -> Mark {
    let begins = |words: &[&str]| words.iter().any(|word| ours.ending.starts_with(word));
    if begins(&["not asked", "could not be started"]) {
        Mark::NotAsked
    } else if begins(&["no end after", "ran out of budget"]) {
        Mark::Inconclusive
    } else if begins(&["crashed", "ended by signal"]) && ours.ending != theirs.ending {
        Mark::Crashed
    } else if (&ours.ending, &ours.stdout) != (&theirs.ending, &theirs.stdout) {
        Mark::Wrong
    } else if ours.stderr != theirs.stderr {
        Mark::Messages
    } else if verdict == Verdict::Inconclusive {
        Mark::Inconclusive
    } else {
        Mark::Exact
    }
}

impl Row {
    /// Takes over what this case says and the row does not know yet.
    fn learn(&mut self, case: Case, baseline: &str) {
        self.class = case.class_name().to_owned();
        let theirs = case.outcomes.into_iter().find(|outcome| outcome.engines.iter().any(|it| it == baseline));
        let known = self.baseline.get_or_insert_with(|| Outcome {
            engines: vec![baseline.to_owned()],
            ending: String::new(),
            stdout: None,
            stderr: None,
            work: None,
        });
        if let Some(theirs) = theirs {
            // An older run of `check` keeps recorded streams only where they differ.
            known.ending = theirs.ending;
            known.stdout = known.stdout.take().or(theirs.stdout);
            known.stderr = known.stderr.take().or(theirs.stderr);
        }
        self.name = case.name;
        self.suite = case.suite;
        self.title = self.title.take().or(case.title);
        self.area = self.area.take().or(case.area);
        self.file = self.file.take().or(case.file);
        self.source = self.source.take().or(case.source);
    }

    /// Whether the engines do not all stand alike.
    pub fn differs(&self) -> bool {
        let mut marks = self.cells.iter().flatten().map(|cell| cell.mark).filter(|mark| *mark != Mark::NotAsked);
        let first = marks.next();
        marks.any(|mark| Some(mark) != first)
    }
}

impl Mark {
    /// All of them, best first.
    pub const ALL: [Mark; 6] =
        [Mark::Exact, Mark::Messages, Mark::Wrong, Mark::Crashed, Mark::Inconclusive, Mark::NotAsked];

    /// As styles and links call it.
    pub const fn name(self) -> &'static str {
        match self {
            Mark::Exact => "exact",
            Mark::Messages => "messages",
            Mark::Wrong => "wrong",
            Mark::Crashed => "crashed",
            Mark::Inconclusive => "inconclusive",
            Mark::NotAsked => "not-asked",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Mark::Exact => "exact",
            Mark::Messages => "messages differ",
            Mark::Wrong => "wrong",
            Mark::Crashed => "crashed",
            Mark::Inconclusive => "inconclusive",
            Mark::NotAsked => "not asked",
        }
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Mark::Exact => "exit status, standard output and standard error are those of the baseline",
            Mark::Messages => "exit status and standard output are alike, standard error is not",
            Mark::Wrong => "exit status or standard output differ",
            Mark::Crashed => "the engine broke down: a panic, an abort, a signal",
            Mark::Inconclusive => "a limit of time or memory was reached",
            Mark::NotAsked => "the engine has no way to ask that",
        }
    }

    /// The sign that stands before the word.
    pub const fn sign(self) -> &'static str {
        match self {
            Mark::Exact => "✓",
            Mark::Messages => "≈",
            Mark::Wrong => "✕",
            Mark::Crashed => "‼",
            Mark::Inconclusive => "?",
            Mark::NotAsked => "–",
        }
    }

    /// As shards of the data write it.
    pub const fn letter(self) -> char {
        match self {
            Mark::Exact => 'e',
            Mark::Messages => 'm',
            Mark::Wrong => 'w',
            Mark::Crashed => 'c',
            Mark::Inconclusive => 'i',
            Mark::NotAsked => 'n',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    /// A run of `check` in which this engine answered these cases, each written `NAME ENDING STDOUT STDERR`, where the
    /// status 0, `1` and nothing are recorded.
    fn checked(engine: &str, cases: &[(&str, &str, &str, &str)]) -> Run {
        let names: Vec<_> = cases.iter().map(|(name, ..)| format!("{name} agree")).collect();
        let mut run = run(&names.iter().map(String::as_str).collect::<Vec<_>>());
        run.kind = Kind::Check;
        run.name = format!("{engine}.json");
        run.subject = engine.to_owned();
        run.engines = vec![crate::history::Engine {
            name: engine.to_owned(),
            version: "1".to_owned(),
            ..crate::history::Engine::default()
        }];
        for (case, (_, ending, stdout, stderr)) in run.cases.iter_mut().zip(cases) {
            let outcome = |engine: &str, ending: &str, stdout: &str, stderr: &str| Outcome {
                engines: vec![engine.to_owned()],
                ending: ending.to_owned(),
                stdout: Some(stdout.to_owned()),
                stderr: Some(stderr.to_owned()),
                work: None,
            };
            case.outcomes = vec![outcome(engine, ending, stdout, stderr), outcome(RECORDED, "exit status 0", "1", "")];
        }
        run
    }

    #[test]
    fn each_way_to_differ_has_a_mark_of_its_own() {
        let okay = "exit status 0";
        let cases = [
            ("a", okay, "1", ""),
            ("b", okay, "1", "warning"),
            ("c", okay, "2", ""),
            ("d", "exit status 1", "1", ""),
            ("e", "crashed: panic: no", "", ""),
            ("f", "ended by signal 11 (SIGSEGV)", "", ""),
            ("g", "no end after 2 s of CPU time", "", ""),
            ("h", "not asked: no flag", "", ""),
        ];
        let tables = tables(vec![checked("x", &cases)]).expect("tables");
        let marks: String =
            tables[0].rows.iter().map(|row| row.cells[0].as_ref().expect("asked").mark.letter()).collect();
        assert_eq!(marks, "emwwccin");
        let cell = tables[0].rows[1].cells[0].as_ref().expect("asked");
        assert_eq!((cell.stdout.as_deref(), cell.stderr.as_deref()), (None, Some("warning")), "kept where it differs");
    }

    #[test]
    fn engines_on_the_same_fixtures_share_rows_and_each_diff_is_a_table() {
        let one = checked("one", &[("a", "exit status 0", "1", ""), ("b", "exit status 0", "2", "")]);
        let other = checked("other", &[("b", "exit status 0", "1", ""), ("c", "exit status 0", "1", "")]);
        let tables = tables(vec![run(&["x agree"]), one, other]).expect("tables");
        let shown: Vec<_> = tables.iter().map(|table| (table.columns.len(), table.rows.len())).collect();
        assert_eq!((tables[0].title.as_str(), shown), ("Fixtures", vec![(2, 3), (0, 1)]));
        let cells: Vec<_> =
            tables[0].rows.iter().map(|row| row.cells.iter().map(Option::is_some).collect::<Vec<_>>()).collect();
        assert_eq!(cells, [[true, false], [true, true], [false, true]]);
        let differs: Vec<_> = tables[0].rows.iter().map(Row::differs).collect();
        assert_eq!(differs, [false, true, false]);
    }

    #[test]
    fn an_engine_that_is_judged_twice_is_refused_and_one_of_another_version_gets_it_in_its_name() {
        let one = || checked("x", &[("a", "exit status 0", "1", "")]);
        let said = tables(vec![one(), one()]).expect_err("twice").to_string();
        assert!(said.starts_with("x (1) is judged in x.json and in x.json: leave one"), "{said}");
        let mut later = one();
        later.engines[0].version = "2".to_owned();
        let tables = tables(vec![one(), later]).expect("tables");
        let names: Vec<_> = tables[0].columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["x 1", "x 2"]);
    }
}
