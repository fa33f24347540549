//! The header of a file of results: all that must be equal for two files to belong to one run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{case::questions::Fingerprint, engine::Named, shard::Shard};

/// An engine of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Its name in the run.
    pub name: String,
    /// How it was asked for.
    pub engine: String,
    /// What it says of its version.
    pub version: String,
}

/// Which run it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of this program.
    pub thunkproof: String,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// The commit that was looked at, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The subcommand.
    pub command: String,
    /// The engines: the subject first.
    pub engines: Vec<Who>,
    /// Everything else that bears on answers and verdicts, by name of its flag.
    pub settings: BTreeMap<String, String>,
    /// What is asked, in all parts together.
    pub questions: Fingerprint,
    /// SHA-256 of the list of accepted differences.
    pub known: String,
    /// Which part of the questions; nothing for all of them.
    pub shard: Option<Shard>,
}

impl Header {
    /// How many questions are asked in this part.
    pub fn share(&self) -> usize {
        self.shard.map_or(self.questions.count, |shard| shard.share(self.questions.count))
    }

    /// In what this run, whose file it is, differs from the one that is wanted, part or not; for people.
    pub fn difference(&self, wanted: &Header) -> Option<String> {
        let differ = |what: &str, one: &str, other: &str| {
            (one != other).then(|| format!("{what} was `{one}` there, and is `{other}` here"))
        };
        let named = |who: &Who| format!("{}={} ({})", who.name, who.engine, who.version);
        let engines = |header: &Header| header.engines.iter().map(named).collect::<Vec<_>>().join(", ");
        let setting = |header: &Header, name: &str| header.settings.get(name).cloned().unwrap_or_default();
        let names = self.settings.keys().chain(wanted.settings.keys());
        differ("thunkproof's version", &self.thunkproof, &wanted.thunkproof)
            .or_else(|| differ("the subcommand", &self.command, &wanted.command))
            .or_else(|| differ("the list of engines", &engines(self), &engines(wanted)))
            .or_else(|| names.into_iter().find_map(|name| differ(name, &setting(self, name), &setting(wanted, name))))
            .or_else(|| {
                let (there, here) = (self.questions.count, wanted.questions.count);
                let words = format!("it asks other questions ({there} there, {here} here)");
                (self.questions != wanted.questions).then_some(words)
            })
            .or_else(|| {
                let words = "the list of accepted differences has changed since";
                (self.known != wanted.known).then(|| words.to_owned())
            })
    }

    /// As [`Header::difference`], where the part must be the same too.
    pub fn difference_or_part(&self, wanted: &Header) -> Option<String> {
        let part = |header: &Header| header.shard.map_or("all".to_owned(), |shard| shard.to_string());
        self.difference(wanted).or_else(|| {
            let (there, here) = (part(self), part(wanted));
            (there != here).then(|| format!("the part (--shard) was `{there}` there, and is `{here}` here"))
        })
    }
}

impl From<&Named> for Who {
    fn from(named: &Named) -> Who {
        let identity = named.engine.identity();
        Who { name: named.name.clone(), engine: identity.engine.clone(), version: identity.version.clone() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run of this many questions on two engines.
    pub fn header(count: usize, shard: Option<&str>) -> Header {
        let who = |name: &str| Who { name: name.into(), engine: format!("cmd:{name}"), version: "1".into() };
        Header {
            thunkproof: "1".into(),
            started: None,
            commit: None,
            command: "diff".into(),
            engines: vec![who("a"), who("b")],
            settings: [("--level".to_owned(), "stderr".to_owned())].into(),
            questions: Fingerprint { count, sha256: "00".into() },
            known: "11".into(),
            shard: shard.map(|shard| shard.parse().expect("a shard")),
        }
    }

    #[test]
    fn what_differs_is_named() {
        let check = |change: fn(&mut Header), expected: &str| {
            let mut other = header(3, Some("1/2"));
            change(&mut other);
            let came = header(3, Some("1/2")).difference_or_part(&other).unwrap_or_default();
            assert!(came.contains(expected) && came.is_empty() == expected.is_empty(), "{came}");
        };
        check(|_| {}, "");
        check(|it| it.engines[1].version = "2".into(), "b=cmd:b (1)` there, and is `a=cmd:a (1), b=cmd:b (2)` here");
        check(|it| it.settings = [("--work".to_owned(), "true".to_owned())].into(), "--level was `stderr` there");
        check(|it| it.questions.count = 4, "other questions (3 there, 4 here)");
        check(|it| it.questions.sha256 = "01".into(), "other questions");
        check(|it| it.known.clear(), "accepted differences has changed");
        check(|it| it.command = "attrs".into(), "the subcommand was `diff`");
        check(|it| it.shard = None, "(--shard) was `1/2` there, and is `all` here");
        assert_eq!(header(3, Some("1/2")).difference(&header(3, None)), None);
    }
}
