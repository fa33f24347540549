//! Runs as JUnit XML, which existing CI systems show.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::diff;
use crate::{
    history::{Case, Kind, Run},
    outcome::compare::Verdict,
};

/// Longest diff of a case, in lines.
const DIFF_LINES: usize = 120;

/// The XML of these runs: a suite of tests for each folder of fixtures and class. What fails its run is a failure, or
/// an error where nothing can be said; what is accepted or inconclusive is skipped, with the reason.
///
/// # Errors
/// When it cannot be serialised, which is a bug.
pub fn report(runs: &[Run]) -> Result<String, SerializeError> {
    let mut report = Report::new("thunkproof");
    for run in runs {
        let title = run.title();
        let mut suites: Vec<TestSuite> = Vec::new();
        for case in &run.cases {
            let name = [Some(title.as_str()), case.suite.as_deref(), case.class.as_deref()];
            let name = name.into_iter().flatten().collect::<Vec<_>>().join(" / ");
            // Cases of a suite stand together nearly always.
            let at = suites.iter().rposition(|suite| suite.name.as_str() == name);
            let suite = match at {
                Some(at) => &mut suites[at],
                None => {
                    let mut suite = TestSuite::new(name);
                    for engine in &run.engines {
                        suite.add_property((format!("engine {}", engine.name), engine.version.clone()));
                    }
                    suites.push(suite);
                    suites.last_mut().unwrap_or_else(|| unreachable!("one was added"))
                }
            };
            suite.add_test_case(test_case(case, run));
        }
        if !run.problems.is_empty() || !run.remarks.is_empty() {
            let mut suite = TestSuite::new(format!("{title} / the run itself"));
            for (text, kind) in problems(run) {
                let mut status = TestCaseStatus::non_success(kind);
                status.set_message(text);
                suite.add_test_case(TestCase::new(text, status));
            }
            suites.push(suite);
        }
        report.add_test_suites(suites);
    }
    report.to_string()
}

fn problems(run: &Run) -> impl Iterator<Item = (&str, NonSuccessKind)> {
    let problems = run.problems.iter().map(|text| (text.as_str(), NonSuccessKind::Failure));
    problems.chain(run.remarks.iter().map(|text| (text.as_str(), NonSuccessKind::Error)))
}

fn test_case(case: &Case, run: &Run) -> TestCase {
    let message = [case.bucket.as_deref(), case.reason.as_deref()];
    let message = message.into_iter().flatten().collect::<Vec<_>>().join("; ");
    // Of what `check` could not judge, nobody knows that it is as recorded.
    let is_unjudged = case.verdict == Verdict::Inconclusive && run.kind == Kind::Check;
    let status = match (case.verdict, case.fails || is_unjudged) {
        (Verdict::Agree, _) => TestCaseStatus::success(),
        (verdict, false) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{verdict}: {message}"));
            status
        }
        (verdict, true) => {
            let kind = if verdict == Verdict::Inconclusive { NonSuccessKind::Error } else { NonSuccessKind::Failure };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(case.level.map_or_else(|| verdict.to_string(), |level| level.to_string()));
            status.set_message(if message.is_empty() { verdict.to_string() } else { message });
            status.set_description(description(case));
            status
        }
    };
    let mut test = TestCase::new(case.name.as_str(), status);
    test.set_classname(case.class.as_deref().or(case.suite.as_deref()).unwrap_or("thunkproof"));
    let seconds: f64 = case.seconds.get(&run.subject).copied().unwrap_or_default();
    test.set_time(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    test
}

/// How the subject's outcome differs from the first of the others, as a diff.
fn description(case: &Case) -> String {
    let [subject, other, ..] = case.outcomes.as_slice() else {
        return case.outcomes.first().map(|outcome| outcome.ending.clone()).unwrap_or_default();
    };
    let (ours, theirs) = (subject.engines.join(", "), other.engines.join(", "));
    let mut text = format!("{theirs}: {}\n{ours}: {}\n", other.ending, subject.ending);
    for (stream, expected, came) in
        [("stdout", &other.stdout, &subject.stdout), ("stderr", &other.stderr, &subject.stderr)]
    {
        if let (Some(expected), Some(came)) = (expected, came)
            && expected != came
        {
            let titles = [format!("{theirs} {stream}"), format!("{ours} {stream}")];
            let coloured = diff::between(&titles, expected.as_bytes(), came.as_bytes(), DIFF_LINES);
            text.push_str(&anstream::adapter::strip_str(&coloured).to_string());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Outcome, changes::tests::run};

    #[test]
    fn each_verdict_has_its_place_and_the_xml_is_valid_whatever_was_printed() {
        let mut run = run(&["s/a agree", "s/b diverge value: x", "s/c known value: y", "s/d inconclusive", "e agree"]);
        let outcome = |engine: &str, text: &str| Outcome {
            engines: vec![engine.to_owned()],
            ending: "exit status 0".to_owned(),
            stdout: Some(text.to_owned()),
            stderr: None,
            work: None,
        };
        run.cases[1].outcomes = vec![outcome("a", "\u{1}\u{1b}[31m]]>\u{fffe} & <x>\n"), outcome("b", "1\n")];
        run.cases[1].name = "b \u{0}\u{8}<&\"".to_owned();
        run.problems.push("a problem".to_owned());
        let xml = report(&[run]).expect("serialisable");
        let read = Report::deserialize_from_str(&xml).expect("valid");
        assert_eq!((read.tests, read.failures, read.errors), (6, 2, 0));
        let names: Vec<_> = read.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests)).collect();
        assert_eq!(names, [("a / s", 4), ("a", 1), ("a / the run itself", 1)]);
        assert!(xml.contains("type=\"value\"") && xml.contains("message=\"known: value: y\""), "{xml}");
        assert!(!xml.contains(['\u{0}', '\u{1}', '\u{8}', '\u{1b}']), "{xml:?}");
    }
}
