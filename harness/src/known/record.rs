//! Writes a list of what is wrong now: what `--write-known` does. Cases that are wrong in the same way are a group, so that
//! the list can be read; where all cases of a kind are in a group, it names them by a pattern.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use jiff::civil::Date;

use super::{
    Known,
    written::{Asked, Group, Run, Sighting},
    wrong::{State, Wrong},
};
use crate::{
    engine::{Identity, NamedSpec},
    read::DocumentError,
};

/// Cases of a group that are named; of more, only their signature and number stand there.
const NAMED: usize = 200;

/// Cases in the place of which a pattern stands, at least.
const PATTERN: usize = 3;

/// What a run finds wrong, in the making.
#[derive(Clone, Debug)]
pub struct Record {
    /// The list that is written anew, where there is one: reasons and days that people gave stay.
    before: Known,
    expires: Option<Date>,
    wrong: Vec<Found>,
    /// All cases of each suite, where they are known: what a pattern may stand for.
    all: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone, Debug)]
struct Found {
    suite: Option<String>,
    case: String,
    wrong: Wrong,
    signature: String,
}

/// Why a list cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// What is there cannot be read.
    #[error(transparent)]
    Unreadable(#[from] DocumentError),
    /// What is there was not made by a program.
    #[error(
        "--write-known: {0} holds entries written by hand, which would be lost: name another file, and give the one with --known"
    )]
    ByHand(String),
}

/// What makes cases one group.
type Key<'a> = (Wrong, Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<Date>);

impl Record {
    /// A record for `file`, in the place of what is there; `expires` is the last day on which new groups are accepted.
    ///
    /// # Errors
    /// When there is something else.
    pub fn new(file: &Path, expires: Option<Date>) -> Result<Record, RecordError> {
        let is_there = file.as_os_str() != "-" && file.metadata().is_ok_and(|it| it.is_file() && it.len() > 0);
        let before = if is_there { Known::load(file)? } else { Known::default() };
        if before.is_by_hand() {
            return Err(RecordError::ByHand(file.display().to_string()));
        }
        Ok(Record { before, expires, wrong: Vec::new(), all: BTreeMap::new() })
    }

    /// Enters what was seen; gives whether it goes on the list.
    pub fn enter(&mut self, seen: Sighting<'_>) -> bool {
        if let (Some(suite), false) = (seen.suite, seen.state == State::Wrong(Wrong::Unused)) {
            self.all.entry(suite.to_owned()).or_default().insert(seen.case.to_owned());
        }
        let State::Wrong(wrong) = seen.state else { return false };
        let (suite, case, signature) = (seen.suite.map(str::to_owned), seen.case.to_owned(), seen.signature.to_owned());
        self.wrong.push(Found { suite, case, wrong, signature });
        true
    }

    /// The list as a file: this run, and those of other commands and engines that were there.
    pub fn text(&self, asked: Asked<'_>) -> String {
        Record::together([(self, asked)]).unwrap_or_default()
    }

    /// The same of several runs whose records began with the same list; nothing where there is none.
    pub fn together<'r>(records: impl IntoIterator<Item = (&'r Record, Asked<'r>)>) -> Option<String> {
        let records: Vec<_> = records.into_iter().collect();
        let (first, _) = records.first()?;
        let mut text = HEAD.to_owned();
        let is_replaced = |run: &&Run| records.iter().any(|(_, asked)| run.applies_to(*asked));
        for run in first.before.runs().iter().filter(|run| !is_replaced(run)) {
            write_run(run, &mut text);
        }
        for (record, asked) in &records {
            text.push_str(&record.own_run(*asked));
        }
        Some(text)
    }

    fn own_run(&self, asked: Asked<'_>) -> String {
        let mut text = String::new();
        let literal = |(name, identity): (&str, &Identity)| literal(&written_as(name, identity));
        let _ = write!(
            text,
            "\n[[run]]\ncommand = {}\nengine = {}\n",
            quoted(asked.command),
            quoted(&literal(asked.engine))
        );
        if let Some(reference) = asked.reference {
            let _ = writeln!(text, "reference = {}", quoted(&literal(reference)));
        }
        if let Some(programs) = asked.programs {
            let _ = writeln!(text, "programs = {}", quoted(programs));
        }
        for (key, cases) in self.groups(asked) {
            self.write_group(key, &cases, &mut text);
        }
        text
    }

    /// What is wrong, in groups. Signatures that a single case has share a group.
    fn groups<'s>(&'s self, asked: Asked<'_>) -> BTreeMap<Key<'s>, Vec<&'s Found>> {
        let mut by_signature: BTreeMap<Key<'s>, Vec<&Found>> = BTreeMap::new();
        for found in &self.wrong {
            let before = self.group_before(found, asked);
            let reason = before.and_then(|group| group.reason.as_deref());
            let expires = if before.is_some() { before.and_then(|group| group.expires) } else { self.expires };
            let key = (found.wrong, found.suite.as_deref(), reason, Some(found.signature.as_str()), expires);
            by_signature.entry(key).or_default().push(found);
        }
        let mut groups: BTreeMap<Key<'s>, Vec<&Found>> = BTreeMap::new();
        for ((wrong, suite, reason, signature, expires), cases) in by_signature {
            let signature = signature.filter(|_| cases.len() > 1);
            groups.entry((wrong, suite, reason, signature, expires)).or_default().extend(cases);
        }
        groups
    }

    /// The group of the list before that accepts this.
    fn group_before(&self, found: &Found, asked: Asked<'_>) -> Option<&Group> {
        let (suite, state) = (found.suite.as_deref(), State::Wrong(found.wrong));
        let seen = Sighting { suite, case: &found.case, state, signature: &found.signature };
        let mut runs = self.before.runs().iter().filter(|run| run.applies_to(asked));
        runs.find_map(|run| run.groups.iter().find(|group| group.describes(seen)))
    }

    fn write_group(&self, key: Key<'_>, cases: &[&Found], to: &mut String) {
        let (wrong, suite, reason, signature, expires) = key;
        let _ = write!(to, "\n[[run.group]]\nlevel = \"{}\"\n", wrong.name());
        let mut field = |name: &str, value: &str| {
            let _ = writeln!(to, "{name} = {}", quoted(value));
        };
        suite.into_iter().for_each(|suite| field("suite", &literal(suite)));
        reason.into_iter().for_each(|reason| field("reason", reason));
        let is_named = cases.len() <= NAMED || suite.is_some() || signature.is_none();
        match signature {
            Some(signature) if is_named => field("signature", signature),
            Some(signature) => field("bucket", &bucket(signature)),
            None => {}
        }
        if let Some(day) = expires {
            let _ = writeln!(to, "expires = {day}");
        }
        let _ = writeln!(to, "count = {}", cases.len());
        if !is_named {
            return;
        }
        let names: BTreeMap<&str, &str> =
            cases.iter().map(|found| (found.case.as_str(), found.signature.as_str())).collect();
        let all = suite.and_then(|suite| self.all.get(suite)).filter(|_| wrong != Wrong::Unused);
        to.push_str("cases = [\n");
        for (name, signature_of_one) in shortened(&names, all) {
            let note = match signature {
                Some(_) => String::new(),
                None => signature_of_one.map_or_else(String::new, |text| format!(" # {}", one_line(text))),
            };
            let _ = writeln!(to, "    {},{note}", quoted(&name));
        }
        to.push_str("]\n");
    }
}

/// The beginning of a list.
const HEAD: &str = "\
# What is wrong today, written by `thunkproof … --write-known`. With this file as --known a run is green, and what is
# newly wrong, newly right or gone fails it. Reasons and last days (`reason`, `expires`) that you add are kept when the
# list is written anew; docs/known-failures.md of thunkproof tells more.
";

/// What a campaign found and a list can hold.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The signature, or the signature with what the reduced program is made of.
    pub name: String,
    /// Whether it is only the beginning of names: of a signature that tells the cause by itself, and of what was not reduced.
    pub is_beginning: bool,
    /// What it is, for people.
    pub note: String,
}

/// The list of what a campaign found: each bucket is accepted, whichever program shows it.
pub fn of_campaign(buckets: &[Bucket], record: &Record, asked: Asked<'_>) -> String {
    let mut text = record.text(asked);
    for Bucket { name, is_beginning, note } in buckets {
        let Some(wrong) = wrong_of(name) else { continue };
        let found = Found { suite: None, case: String::new(), wrong, signature: name.clone() };
        let before = record.group_before(&found, asked);
        let pattern = quoted(&format!("{}{}", bucket(name), if *is_beginning { "*" } else { "" }));
        let (level, note) = (wrong.name(), one_line(note));
        let _ = write!(text, "\n# {note}\n[[run.group]]\nlevel = \"{level}\"\nbucket = {pattern}\n");
        if let Some(reason) = before.and_then(|group| group.reason.as_deref()) {
            let _ = writeln!(text, "reason = {}", quoted(reason));
        }
        if let Some(day) = before.map_or(record.expires, |group| group.expires) {
            let _ = writeln!(text, "expires = {day}");
        }
    }
    text
}

/// What the list of a campaign names and a campaign with the same programs did not show, each as a line for people. Of
/// other programs nothing is known.
pub fn no_longer_seen(known: &Known, buckets: &[Bucket], asked: Asked<'_>) -> Vec<String> {
    let same =
        |run: &&Run| run.applies_to(asked) && run.programs.is_some() && run.programs.as_deref() == asked.programs;
    let groups = known.runs().iter().filter(same).flat_map(|run| &run.groups);
    let is_seen = |group: &&Group| {
        buckets.iter().any(|Bucket { name, .. }| {
            let Some(wrong) = wrong_of(name) else { return false };
            group.describes(Sighting { suite: None, case: "", state: State::Wrong(wrong), signature: name })
        })
    };
    let gone = groups.filter(|group| !is_seen(group));
    gone.map(|group| format!("{} no longer shows: take it out, or write the list anew", group.label(known.file())))
        .collect()
}

/// What a signature is of, by the level that it begins with.
fn wrong_of(signature: &str) -> Option<Wrong> {
    let (level, _) = signature.split_once(": ")?;
    let level = <crate::outcome::Level as clap::ValueEnum>::from_str(level, false).ok()?;
    Some(Wrong::of_difference(level, signature))
}

/// Names, and in the place of those that are all there are of a kind a pattern, each with its signature.
fn shortened<'n>(names: &BTreeMap<&'n str, &'n str>, all: Option<&BTreeSet<String>>) -> Vec<(String, Option<&'n str>)> {
    let mut shortened: Vec<(String, Option<&str>)> = Vec::new();
    let mut covered: Option<String> = None;
    for (name, signature) in names {
        if covered.as_deref().is_some_and(|prefix| name.starts_with(prefix)) {
            continue;
        }
        // A class is two words; what is shorter says nothing.
        let ends = name.match_indices('-').map(|(at, _)| at + 1).skip(1);
        let whole = |prefix: &&str| {
            let Some(all) = all else { return false };
            let mut kin = all.range((*prefix).to_owned()..).take_while(|name| name.starts_with(*prefix));
            let count = kin.clone().count();
            count >= PATTERN && kin.all(|name| names.contains_key(name.as_str()))
        };
        covered = ends.map(|end| &name[..end]).find(whole).map(str::to_owned);
        match &covered {
            Some(prefix) => shortened.push((format!("{}*", literal(prefix)), None)),
            None => shortened.push((literal(name), Some(signature))),
        }
    }
    shortened
}

/// A run as it was, in the form in which it is written.
fn write_run(run: &Run, to: &mut String) {
    let _ =
        write!(to, "\n[[run]]\ncommand = {}\nengine = {}\n", quoted(&run.command), quoted(run.engine.glob().glob()));
    if run.reference.glob().glob() != "*" {
        let _ = writeln!(to, "reference = {}", quoted(run.reference.glob().glob()));
    }
    if let Some(programs) = &run.programs {
        let _ = writeln!(to, "programs = {}", quoted(programs));
    }
    for group in &run.groups {
        let _ = write!(to, "\n[[run.group]]\nlevel = \"{}\"\n", group.level.name());
        let patterns = [("suite", &group.suite), ("bucket", &group.bucket)];
        for (name, pattern) in patterns.into_iter().filter(|(_, pattern)| pattern.glob().glob() != "*") {
            let _ = writeln!(to, "{name} = {}", quoted(pattern.glob().glob()));
        }
        for (name, text) in [("reason", &group.reason), ("signature", &group.signature)] {
            if let Some(text) = text {
                let _ = writeln!(to, "{name} = {}", quoted(text));
            }
        }
        if let Some(day) = group.expires {
            let _ = writeln!(to, "expires = {day}");
        }
        if let Some(count) = group.count {
            let _ = writeln!(to, "count = {count}");
        }
        if let Some(cases) = &group.cases {
            let names: String = cases.written().map(|name| format!("    {},\n", quoted(name))).collect();
            let _ = writeln!(to, "cases = [\n{names}]");
        }
    }
}

/// How an engine is written in a list: as on the command line, where a program's path stands for one without a name.
fn written_as(name: &str, identity: &Identity) -> String {
    let spec = identity.engine.parse::<NamedSpec>().ok();
    let is_made_up = spec.is_some_and(|spec| name.starts_with(&spec.name_of(&identity.version)));
    if is_made_up { identity.engine.clone() } else { name.to_owned() }
}

/// A pattern that matches this text alone.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '?' | '[' | ']' | '{' | '}' => pattern.extend(['[', character, ']']),
            other => pattern.push(other),
        }
    }
    pattern
}

/// A pattern for a signature. Lines of the engine's own source move from one build to the next.
fn bucket(signature: &str) -> String {
    let mut pattern = String::new();
    let mut characters = signature.chars().peekable();
    while let Some(character) = characters.next() {
        let is_line = character == ':' && characters.peek().is_some_and(char::is_ascii_digit);
        if !is_line {
            pattern.push_str(&literal(character.encode_utf8(&mut [0; 4])));
            continue;
        }
        pattern.push_str(":*");
        while characters.next_if(|it| it.is_ascii_digit() || *it == ':').is_some() {}
    }
    pattern
}

/// A text as TOML has it, on one line.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    // The one character that JSON writes as it is and TOML refuses.
    json.replace('\u{7f}', "\\u007f")
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::written::Book;
    use crate::outcome::Level;

    const TODAY: Date = Date::constant(2030, 6, 15);

    fn identity() -> Identity {
        Identity { engine: "snix:./snix".into(), version: "1".into() }
    }

    type Seen<'s> = (&'s str, State, &'s str);

    fn sighting<'s>((case, state, signature): &Seen<'s>) -> Sighting<'s> {
        Sighting { suite: Some("s"), case, state: *state, signature }
    }

    /// The list of what was seen, in the place of `before`.
    fn written(before: &str, seen: &[Seen<'_>], identity: &Identity) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("known.toml");
        std::fs::write(&file, before).expect("writable");
        let mut record = Record::new(&file, None).expect("it can be written");
        seen.iter().for_each(|seen| {
            record.enter(sighting(seen));
        });
        let asked = Asked { command: "check", engine: ("ours", identity), reference: None, programs: None };
        record.text(asked)
    }

    const SEEN: &[Seen<'_>] = &[
        ("eval-okay-a", State::Wrong(Wrong::Value), "value: integer / integer"),
        ("eval-okay-b", State::Wrong(Wrong::Value), "value: integer / integer"),
        ("eval-okay-c", State::Wrong(Wrong::Value), "value: \"x\"\n / [1]"),
        ("eval-okay-d{", State::Wrong(Wrong::Crash), "fails-alike: crash: panic: x at a.rs:12:3 / value"),
        ("eval-okay-right", State::Right, ""),
        ("eval-okay-unknown", State::Unknown, ""),
        ("parse-okay-a", State::Wrong(Wrong::NotAsked), "not asked: no flag `--parse`"),
        ("parse-okay-b", State::Wrong(Wrong::NotAsked), "not asked: no flag `--parse`"),
        ("parse-okay-c", State::Wrong(Wrong::NotAsked), "not asked: no flag `--parse`"),
        ("lone.exp", State::Wrong(Wrong::Unused), ""),
    ];

    #[test]
    fn what_is_written_accepts_what_was_seen_and_no_more() {
        let identity = identity();
        let text = written("", SEEN, &identity);
        let known: Known = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let asked = Asked { command: "check", engine: ("ours", &identity), reference: None, programs: None };
        let mut book = Book::new(known.runs(), "known.toml", asked, TODAY);
        for seen in SEEN {
            let is_wrong = matches!(seen.1, State::Wrong(_));
            assert_eq!(book.enter(sighting(seen)).is_some(), is_wrong, "{seen:?}\n{text}");
        }
        assert_eq!(book.audit(true, Level::Stderr), Vec::<String>::new(), "{text}");
        assert!(book.enter(sighting(&("eval-okay-right", State::Wrong(Wrong::Value), ""))).is_none());
        assert!(text.contains("signature = \"value: integer / integer\"\ncount = 2\n"), "{text}");
        assert!(text.contains("cases = [\n    \"parse-okay-*\",\n]"), "{text}");
        assert!(text.contains("\"eval-okay-d[{]\", # fails-alike: crash: panic"), "{text}");
        assert!(!text.contains("expires ="), "{text}");
    }

    #[test]
    fn a_list_is_written_anew_with_its_reasons_and_beside_others() {
        let identity = identity();
        let first = written("", SEEN, &identity);
        let edited = first.replacen(
            "signature = \"value:",
            "reason = \"issue 7\"\nexpires = 2031-01-01\nsignature = \"value:",
            1,
        );
        let other = format!("{edited}\n[[run]]\ncommand = \"diff\"\nengine = \"ours\"\nreference = \"r\"\n");
        let again = written(&other, &SEEN[..2], &identity);
        assert!(again.contains("reason = \"issue 7\"") && again.contains("expires = 2031-01-01"), "{again}");
        assert!(again.contains("command = \"diff\"") && again.matches("[[run]]").count() == 2, "{again}");
        let known: Known = toml::from_str(&again).unwrap_or_else(|error| panic!("{error}\n{again}"));
        assert_eq!(known.runs().iter().map(|run| run.groups.len()).sum::<usize>(), 1, "{again}");
    }

    #[test]
    fn signatures_of_crashes_do_not_hang_on_lines() {
        let pattern = bucket("fails-alike: crash: panic: a[0] at src/vm.rs:12:3 / value");
        assert_eq!(pattern, "fails-alike: crash: panic: a[[]0[]] at src/vm.rs:* / value");
    }

    #[test]
    fn a_list_by_hand_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("mine.toml");
        let entry = "[[divergence]]\ncase = 'a'\nlevel = 'stdout'\nreason = 'r'\nexpires = 2030-01-01\n";
        std::fs::write(&file, entry).expect("writable");
        let error = Record::new(&file, None).map(|_| ()).expect_err("refused").to_string();
        assert!(error.contains("mine.toml holds entries written by hand"), "{error}");
    }
}
