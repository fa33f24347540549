//! The matrix by what fixtures use: of those that use a builtin or a form of the language, how many each engine answers
//! as recorded. A fixture counts in every row that it belongs to.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use anstyle::Style;
use serde::Serialize;

use super::Tally;
use crate::{
    coverage::{CoverageError, Group, exercised_by},
    run::Run,
};

const HEADING: Style = Style::new().bold();

/// The row of fixtures that do not parse, and so exercise nothing that could be told.
const UNPARSED: &str = "(does not parse)";

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The builtin or form.
    pub name: String,
    /// What it is counted with; none for fixtures that do not parse.
    pub group: Option<Group>,
    /// Each engine's counts over the fixtures of this row, in the order of the runs.
    pub engines: Vec<Tally>,
}

/// The rows of `runs`, all of the same fixtures in the same order: what is not exercised by any has none. Sorted by group and
/// name, fixtures that do not parse last.
///
/// # Errors
/// When a fixture cannot be read.
pub fn rows(runs: &[(String, Run)]) -> Result<Vec<Row>, CoverageError> {
    let mut rows: BTreeMap<(bool, Option<Group>, String), Vec<Tally>> = BTreeMap::new();
    let Some((_, first)) = runs.first() else { return Ok(Vec::new()) };
    for (index, judged) in first.cases.iter().enumerate() {
        let exercised = exercised_by(&judged.case)?;
        let names = match exercised {
            None => vec![(true, None, UNPARSED.to_owned())],
            Some(names) => names.into_iter().map(|(group, name)| (false, Some(group), name.into())).collect(),
        };
        for name in names {
            let tallies = rows.entry(name).or_insert_with(|| vec![Tally::default(); runs.len()]);
            for ((_, run), tally) in runs.iter().zip(tallies) {
                tally.add(&run.cases[index], run.level);
            }
        }
    }
    let row = |((_, group, name), engines)| Row { name, group, engines };
    Ok(rows.into_iter().map(row).collect())
}

/// Writes the rows of `groups` as a table with a column an engine: how many of all pass.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(rows: &[Row], groups: &[Group], runs: &[(String, Run)], to: &mut impl Write) -> io::Result<()> {
    let shown = |row: &&Row| row.group.is_none_or(|group| groups.contains(&group));
    let titles = groups.iter().map(|group| group.title().len());
    let width = rows.iter().filter(shown).map(|row| row.name.chars().count()).chain(titles).max().unwrap_or(0);
    let columns: Vec<usize> = runs.iter().map(|(name, _)| name.chars().count().max(9) + 2).collect();
    let line = |row: &Row| {
        let cells = row
            .engines
            .iter()
            .zip(&columns)
            .map(|(tally, column)| format!("{:>column$}", format!("{}/{}", tally.passed, tally.cases)));
        format!("{:<width$}{}", row.name, cells.collect::<String>())
    };
    for group in groups {
        let names: String = runs.iter().zip(&columns).map(|((name, _), column)| format!("{name:>column$}")).collect();
        writeln!(to, "{HEADING}{:<width$}{names}{HEADING:#}", group.title())?;
        for row in rows.iter().filter(|row| row.group == Some(*group)) {
            writeln!(to, "{}", line(row))?;
        }
        writeln!(to)?;
    }
    for row in rows.iter().filter(|row| row.group.is_none()) {
        writeln!(to, "{}\n", line(row))?;
    }
    Ok(())
}
