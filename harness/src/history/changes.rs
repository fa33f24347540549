//! What changed between two runs. Every case of either run is in exactly one of the lists, or among the unchanged; a
//! case that one run lacks is in a list, too.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
};

use serde::Serialize;

use super::{Case, Run};
use crate::outcome::compare::{Comparison, Verdict};

/// What became of a case, what people must see first first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It diverges and did not, or diverges at a worse level.
    Broke,
    /// It is not in the later run.
    Vanished,
    /// It was conclusive and is not.
    Inconclusive,
    /// It is not in the earlier run.
    Appeared,
    /// It agrees and did not.
    Fixed,
    /// It differs in another way, or the difference came to be accepted.
    Changed,
    /// It is conclusive and was not.
    Conclusive,
}

impl What {
    /// All of them, in the order of reports.
    pub const ALL: [What; 7] =
        [What::Broke, What::Vanished, What::Inconclusive, What::Appeared, What::Fixed, What::Changed, What::Conclusive];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            What::Broke => "broke",
            What::Vanished => "vanished",
            What::Inconclusive => "became inconclusive",
            What::Appeared => "appeared",
            What::Fixed => "fixed",
            What::Changed => "changed",
            What::Conclusive => "no longer inconclusive",
        }
    }

    /// What the word means, for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            What::Broke => "diverges now, or at a worse level",
            What::Vanished => "is missing from the later run",
            What::Inconclusive => "nothing can be said of it any more",
            What::Appeared => "is new in the later run",
            What::Fixed => "agrees now",
            What::Changed => "differs in another way, or is accepted now",
            What::Conclusive => "there is a verdict again",
        }
    }

    /// Whether it fails a comparison.
    pub const fn fails(self) -> bool {
        matches!(self, What::Broke | What::Vanished)
    }
}

impl fmt::Display for What {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(self.name())
    }
}

/// A case that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// The folder of fixtures it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// What became of it.
    pub what: What,
    /// What the earlier run says of it, unless it appeared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Comparison>,
    /// What the later run says of it, unless it vanished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Comparison>,
    /// Where it is in either run.
    #[serde(skip)]
    pub positions: [Option<usize>; 2],
}

/// All that is different between two runs.
#[derive(Clone, Debug, Serialize)]
pub struct Changes {
    /// How many cases the earlier run has.
    pub before: usize,
    /// How many cases the later run has.
    pub after: usize,
    /// How many are as they were.
    pub same: usize,
    /// The others, by what became of them and in the order of the runs.
    pub changes: Vec<Change>,
    /// What people must know: that a run was interrupted, that other engines answered.
    pub remarks: Vec<String>,
}

impl Changes {
    /// What is different in `after`.
    pub fn between(before: &Run, after: &Run) -> Changes {
        let mut changes = Vec::new();
        let mut same = 0;
        let partners = partners(&before.cases, &after.cases);
        let mut met = vec![false; after.cases.len()];
        for (index, (old, partner)) in before.cases.iter().zip(&partners).enumerate() {
            let new = partner.map(|partner| (partner, &after.cases[partner]));
            if let Some(partner) = partner {
                met[*partner] = true;
            }
            match new.map_or(Some(What::Vanished), |(_, new)| became(old, new)) {
                None => same += 1,
                Some(what) => changes.push(change(what, Some((index, old)), new)),
            }
        }
        let unmet = after.cases.iter().enumerate().filter(|(index, _)| !met[*index]);
        changes.extend(unmet.map(|new| change(What::Appeared, None, Some(new))));
        changes.sort_by_key(|change| (change.what, std::cmp::Reverse(change.after.as_ref().map(|it| it.verdict))));
        let remarks = remarks(before, after);
        Changes { before: before.cases.len(), after: after.cases.len(), same, changes, remarks }
    }

    /// Those of which this became.
    pub fn of(&self, what: What) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.what == what)
    }

    /// How many there are of each kind; each is there.
    pub fn counts(&self) -> BTreeMap<What, usize> {
        let mut counts: BTreeMap<What, usize> = What::ALL.into_iter().map(|what| (what, 0)).collect();
        for change in &self.changes {
            *counts.entry(change.what).or_default() += 1;
        }
        counts
    }

    /// Whether nothing broke or vanished.
    pub fn succeeded(&self) -> bool {
        !self.changes.iter().any(|change| change.what.fails())
    }
}

/// What a run says of a case.
fn said(case: &Case) -> Comparison {
    let Case { verdict, level, bucket, reason, .. } = case.clone();
    Comparison { verdict, level, bucket, reason }
}

fn change(what: What, before: Option<(usize, &Case)>, after: Option<(usize, &Case)>) -> Change {
    let named = after.or(before).map(|(_, case)| case);
    Change {
        name: named.map(|case| case.name.clone()).unwrap_or_default(),
        suite: named.and_then(|case| case.suite.clone()),
        what,
        before: before.map(|(_, case)| said(case)),
        after: after.map(|(_, case)| said(case)),
        positions: [before, after].map(|side| side.map(|(index, _)| index)),
    }
}

/// What became of a case that is in both runs.
fn became(old: &Case, new: &Case) -> Option<What> {
    use Verdict::*;
    match (old.verdict, new.verdict) {
        // Levels are ordered worst first; a run that names none cannot be compared by it.
        (Diverge, Diverge) if old.level.zip(new.level).is_some_and(|(old, new)| new < old) => Some(What::Broke),
        (_, Diverge) if old.verdict != Diverge => Some(What::Broke),
        (Agree | Known | Diverge, Inconclusive | NotAsked) => Some(What::Inconclusive),
        (Inconclusive | NotAsked, Agree | Known) => Some(What::Conclusive),
        (Diverge | Known, Agree) => Some(What::Fixed),
        (Agree | Diverge, Known) => Some(What::Changed),
        _ if (old.level, &old.bucket) != (new.level, &new.bucket) => Some(What::Changed),
        _ => None,
    }
}

/// For each of `before`, which of `after` is the same case: by suite and name first, and what is left by name alone,
/// since a folder may have been renamed. An expression is what it says, wherever it stands.
fn partners(before: &[Case], after: &[Case]) -> Vec<Option<usize>> {
    let exact = |case: &Case| (case.suite.clone(), identity(case).to_owned());
    let by_name = |case: &Case| (None, identity(case).to_owned());
    let mut partners = vec![None; before.len()];
    let mut taken = vec![false; after.len()];
    for key in [&exact as &dyn Fn(&Case) -> (Option<String>, String), &by_name] {
        let mut waiting: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (index, case) in after.iter().enumerate().filter(|(index, _)| !taken[*index]) {
            waiting.entry(key(case)).or_default().push_back(index);
        }
        for (case, partner) in before.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
            *partner = waiting.get_mut(&key(case)).and_then(VecDeque::pop_front);
            if let Some(index) = *partner {
                taken[index] = true;
            }
        }
    }
    partners
}

/// What makes a case the same in another run.
fn identity(case: &Case) -> &str {
    match &case.source {
        Some(expression) if case.file.is_none() && case.class.is_none() => expression,
        _ => &case.name,
    }
}

fn remarks(before: &Run, after: &Run) -> Vec<String> {
    let of = |label: &str, run: &Run| {
        run.remarks.iter().map(|remark| format!("{label} run, {}: {remark}", run.name)).collect::<Vec<_>>()
    };
    let mut remarks = [of("earlier", before), of("later", after)].concat();
    if before.kind != after.kind {
        remarks.push("one run is of `check`, the other of `diff`: their verdicts say different things".to_owned());
    }
    if let (Some(one), Some(other)) = (before.provenance.started, after.provenance.started)
        && one > other
    {
        remarks.push("the run that is given first began later".to_owned());
    }
    let engine = |run: &Run, name: &str| run.engines.iter().find(|it| it.name == name).cloned();
    for now in &after.engines {
        match engine(before, &now.name) {
            Some(then) if then.version != now.version => {
                let (name, old, new) = (&now.name, &then.version, &now.version);
                remarks.push(format!("{name} was {old} and is {new}"));
            }
            Some(_) => {}
            None => remarks.push(format!("{} answered only in the later run", now.name)),
        }
    }
    for then in &before.engines {
        if engine(after, &then.name).is_none() {
            remarks.push(format!("{} answered only in the earlier run", then.name));
        }
    }
    remarks
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{history::Kind, provenance::Provenance};

    /// A run with these cases, each written `NAME VERDICT [BUCKET]`; `SUITE/NAME` names a suite.
    pub fn run(cases: &[&str]) -> Run {
        Run {
            name: "run.json".to_owned(),
            kind: Kind::Diff,
            provenance: Provenance::default(),
            seconds: None,
            subject: "a".to_owned(),
            engines: Vec::new(),
            problems: Vec::new(),
            remarks: Vec::new(),
            cases: cases.iter().map(|case| self::case(case)).collect(),
        }
    }

    fn case(text: &str) -> Case {
        let mut words = text.splitn(3, ' ');
        let (name, verdict, bucket) = (words.next().unwrap_or_default(), words.next(), words.next());
        let (suite, name) = name.split_once('/').map_or((None, name), |(suite, name)| (Some(suite.to_owned()), name));
        let verdict: Verdict = serde_json::from_value(verdict.unwrap_or_default().into())
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let level = bucket.and_then(|bucket| bucket.split_once(':')).map(|(level, _)| level);
        Case {
            name: name.to_owned(),
            suite,
            class: None,
            verdict,
            fails: verdict == Verdict::Diverge,
            level: level.map(|level| serde_json::from_value(level.into()).expect("a level")),
            bucket: bucket.map(str::to_owned),
            reason: None,
            title: None,
            area: None,
            file: None,
            source: None,
            outcomes: Vec::new(),
            comparisons: BTreeMap::new(),
            seconds: BTreeMap::new(),
            forcing: None,
        }
    }

    /// What became of the cases, as `WHAT NAME`, and how many stayed.
    fn check(before: &[&str], after: &[&str], changes: &[&str], same: usize) {
        let found = Changes::between(&run(before), &run(after));
        let lines: Vec<_> = found.changes.iter().map(|change| format!("{} {}", change.what, change.name)).collect();
        assert_eq!(
            (lines.as_slice(), found.same),
            (&changes.iter().map(|it| it.to_string()).collect::<Vec<_>>()[..], same)
        );
        let fails = changes.iter().any(|it| it.starts_with("broke") || it.starts_with("vanished"));
        assert_eq!(found.succeeded(), !fails);
        let vanished = found.of(What::Vanished).count();
        let appeared = found.of(What::Appeared).count();
        assert_eq!(found.before - vanished, found.after - appeared, "every case is counted");
        assert_eq!(found.before, found.same + found.changes.len() - appeared);
    }

    #[test]
    fn each_kind_of_change_is_named() {
        check(&["x agree"], &["x diverge value: a"], &["broke x"], 0);
        check(&["x known value: a"], &["x diverge value: a"], &["broke x"], 0);
        check(&["x inconclusive"], &["x diverge value: a"], &["broke x"], 0);
        check(&["x diverge stderr: a"], &["x diverge value: a"], &["broke x"], 0);
        check(&["x diverge value: a"], &["x diverge stderr: a"], &["changed x"], 0);
        check(&["x diverge value: a"], &["x diverge value: b"], &["changed x"], 0);
        check(&["x diverge value: a"], &["x agree"], &["fixed x"], 0);
        check(&["x known value: a"], &["x agree"], &["fixed x"], 0);
        check(&["x diverge value: a"], &["x known value: a"], &["changed x"], 0);
        check(&["x agree"], &["x inconclusive"], &["became inconclusive x"], 0);
        check(&["x diverge value: a"], &["x inconclusive"], &["became inconclusive x"], 0);
        check(&["x agree"], &["x not-asked"], &["became inconclusive x"], 0);
        check(&["x not-asked"], &["x diverge value: a"], &["broke x"], 0);
        check(&["x not-asked"], &["x not-asked"], &[], 1);
        check(&["x inconclusive"], &["x agree"], &["no longer inconclusive x"], 0);
        check(&["x agree", "y agree"], &["y agree"], &["vanished x"], 1);
        check(&["y agree"], &["x agree", "y agree"], &["appeared x"], 1);
        check(&["x diverge value: a", "y known value: a"], &["x diverge value: a", "y known value: a"], &[], 2);
        check(&["x inconclusive", "y agree"], &["x inconclusive", "y agree"], &[], 2);
    }

    #[test]
    fn cases_of_one_name_are_told_apart_by_suite_and_order() {
        check(&["s/x agree", "t/x agree"], &["t/x diverge value: a", "s/x agree"], &["broke x"], 1);
        check(&["s/x agree", "t/x agree"], &["t/x diverge value: a"], &["broke x", "vanished x"], 0);
        check(&["s/x agree"], &["t/x agree"], &[], 1);
        check(&["s/x agree"], &["x agree"], &[], 1);
        check(&["x agree", "x diverge value: a"], &["x agree", "x agree"], &["fixed x"], 1);
        check(&["x agree", "x agree"], &["x agree"], &["vanished x"], 1);
    }

    #[test]
    fn an_expression_is_what_it_says_and_a_file_is_its_name() {
        let with = |name: &str, text: &str, file: Option<&str>| {
            let mut run = run(&[&format!("{name} agree")]);
            run.cases[0].source = Some(text.to_owned());
            run.cases[0].file = file.map(str::to_owned);
            run
        };
        let count = |one: &Run, other: &Run| Changes::between(one, other).changes.len();
        assert_eq!(count(&with("list:1", "1 + 1", None), &with("list:2", "1 + 1", None)), 0);
        assert_eq!(count(&with("list:1", "1 + 1", None), &with("list:1", "2 + 2", None)), 2);
        assert_eq!(count(&with("a.nix", "1", Some("a.nix")), &with("a.nix", "2", Some("a.nix"))), 0);
    }

    #[test]
    fn other_engines_and_interrupted_runs_are_said() {
        let engines = |versions: &[(&str, &str)]| {
            let mut run = run(&[]);
            let engine = |(name, version): &(&str, &str)| crate::history::Engine {
                name: (*name).to_owned(),
                version: (*version).to_owned(),
                ..crate::history::Engine::default()
            };
            run.engines = versions.iter().map(engine).collect();
            run
        };
        let mut later = engines(&[("a", "2"), ("c", "1")]);
        later.remarks.push("cut off".to_owned());
        let remarks = Changes::between(&engines(&[("a", "1"), ("b", "1")]), &later).remarks;
        let expected = [
            "later run, run.json: cut off",
            "a was 1 and is 2",
            "c answered only in the later run",
            "b answered only in the earlier run",
        ];
        assert_eq!(remarks, expected);
    }
}
