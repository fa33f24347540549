//! What of the language each case is about: the area that it says or its name tells, the builtins and the forms that its program
//! uses. A table counts each engine's answers by them.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::table::{Mark, Row, Table};
use crate::coverage::{Group, exercised};

/// Fixtures that must share the first word of their names for it to be an area.
const SHARED: usize = 3;

/// A kind of area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What fixtures are named after.
    Area,
    /// A name of `builtins`.
    Builtin,
    /// A form of the language.
    Form,
}

/// An engine's answers to some cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many of each mark, in the order of [`Mark::ALL`].
    pub marks: [usize; Mark::ALL.len()],
}

/// An area with each engine's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// What kind it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// How many cases it has.
    pub cases: usize,
    /// Counts by column.
    pub counts: Vec<Count>,
}

/// The areas of a table, and for each row the places of its own among them.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    /// The areas, by kind and name.
    pub areas: Vec<Area>,
    /// For each row, in order.
    pub of_rows: Vec<Vec<usize>>,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, mark: Mark) {
        self.marks[mark as usize] += 1;
    }

    /// How many have this mark.
    pub fn of(self, mark: Mark) -> usize {
        self.marks[mark as usize]
    }

    /// How many were asked.
    pub fn asked(self) -> usize {
        self.marks.iter().sum::<usize>() - self.of(Mark::NotAsked)
    }

    /// How many have exit status and standard output alike.
    pub fn alike(self) -> usize {
        self.of(Mark::Exact) + self.of(Mark::Messages)
    }
}

impl Areas {
    /// The areas of this table.
    pub fn of(table: &Table) -> Areas {
        let words: Vec<_> = table.rows.iter().map(word).collect();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for word in words.iter().flatten() {
            *times.entry(word).or_default() += 1;
        }
        let names: Vec<Vec<(Kind, String)>> = table
            .rows
            .par_iter()
            .zip(&words)
            .map(|(row, word)| {
                let shared = word.filter(|word| times[word] >= SHARED);
                let area = row.area.as_deref().or(shared);
                let mut names: Vec<_> = area.map(|area| (Kind::Area, area.to_owned())).into_iter().collect();
                names.extend(used(row));
                names
            })
            .collect();
        let mut areas: BTreeMap<(Kind, &str), (usize, Vec<Count>)> = BTreeMap::new();
        for (row, names) in table.rows.iter().zip(&names) {
            for (kind, name) in names {
                let fresh = || (0, vec![Count::default(); table.columns.len()]);
                let (cases, counts) = areas.entry((*kind, name)).or_insert_with(fresh);
                *cases += 1;
                add(counts, row);
            }
        }
        let places: BTreeMap<(Kind, &str), usize> = areas.keys().copied().zip(0..).collect();
        let place = |(kind, name): &(Kind, String)| places[&(*kind, name.as_str())];
        let of_rows = names.iter().map(|names| names.iter().map(place).collect()).collect();
        let area =
            |((kind, name), (cases, counts)): ((Kind, &str), _)| Area { kind, name: name.to_owned(), cases, counts };
        Areas { areas: areas.into_iter().map(area).collect(), of_rows }
    }
}

/// Counts each engine's answer to this case.
pub fn add(counts: &mut [Count], row: &Row) {
    for (count, cell) in counts.iter_mut().zip(&row.cells) {
        if let Some(cell) = cell {
            count.add(cell.mark);
        }
    }
}

/// The first word of a fixture's name behind its class.
fn word(row: &Row) -> Option<&str> {
    let rest = row.name.strip_prefix(&row.class)?.strip_prefix('-')?;
    rest.split('-').next().filter(|word| !word.is_empty())
}

/// The builtins and forms that a program uses; none where it does not parse.
fn used(row: &Row) -> Vec<(Kind, String)> {
    let source = row.source.as_deref().unwrap_or_default();
    let exercised = exercised(source.as_bytes(), true).unwrap_or_default();
    let kind = |group| match group {
        Group::Builtin => Some(Kind::Builtin),
        Group::Form => Some(Kind::Form),
        // Nearly every program uses nearly every rule.
        Group::Rule => None,
    };
    exercised.into_iter().filter_map(|(group, name)| Some((kind(group)?, name.into_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::table::{Cell, Column};

    #[test]
    fn cases_count_in_each_of_their_areas() {
        let column = Column { name: "x".to_owned(), version: String::new(), engine: String::new() };
        let cell = |mark| Cell {
            mark,
            reason: None,
            known: false,
            bucket: None,
            seconds: None,
            ending: String::new(),
            stdout: None,
            stderr: None,
        };
        let row = |name: &str, source: &str, mark| Row {
            name: name.to_owned(),
            class: "eval-okay".to_owned(),
            source: Some(source.to_owned()),
            cells: vec![Some(cell(mark))],
            ..Row::default()
        };
        let rows = vec![
            row("eval-okay-sort-a", "builtins.sort builtins.lessThan [ 2 1 ]", Mark::Exact),
            row("eval-okay-sort-b", "builtins.sort (a: b: true) [ ]", Mark::Wrong),
            row("eval-okay-sort-c", "1", Mark::Messages),
            row("eval-okay-other", "(", Mark::Exact),
        ];
        let areas = Areas::of(&Table { columns: vec![column], rows, ..Table::default() });
        let of = |kind, name: &str| {
            let area = areas.areas.iter().find(|area| (area.kind, area.name.as_str()) == (kind, name));
            area.map(|area| (area.cases, area.counts[0].of(Mark::Exact), area.counts[0].alike()))
        };
        assert_eq!(of(Kind::Area, "sort"), Some((3, 1, 2)));
        assert_eq!(of(Kind::Area, "other"), None, "too few share the word");
        assert_eq!(of(Kind::Builtin, "sort"), Some((2, 1, 1)));
        assert_eq!(of(Kind::Builtin, "lessThan"), Some((1, 1, 1)));
        assert_eq!(areas.of_rows[3], Vec::<usize>::new());
        let first: Vec<_> = areas.of_rows[0].iter().map(|at| areas.areas[*at].name.as_str()).collect();
        assert!(first.contains(&"sort") && first.contains(&"lessThan"), "{first:?}");
    }
}
