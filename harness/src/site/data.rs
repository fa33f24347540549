//! The data of a site, in shards: for each table and class a list of cases, which filters need, and files with programs
//! and outputs, of which one is loaded when a case is opened. A shard is a call with one JSON document, because a page
//! that was opened from a folder may load scripts but nothing else.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::{
    areas::Areas,
    table::{Cell, Row, Table},
};
use crate::report::html::clipped;

/// The function that shards call.
const CALL: &str = "thunkproofData";

/// Longest program and longest stream, in bytes.
const LONG: usize = 8 << 10;

/// Programs and outputs that one file holds, about, in bytes. Compressed it is a tenth of that.
const CHUNK: usize = 96 << 10;

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its name, below the folder of the site.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// A class of a table, as pages know it before they load anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// How many cases it has.
    pub cases: usize,
    /// The name of its shard, and what those of its programs and outputs begin with.
    pub shard: String,
}

/// What an engine did with a case, where that is not as the baseline.
#[derive(Serialize)]
struct Answer<'a> {
    ending: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// A case, without what the list says of it.
#[derive(Serialize)]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Answer<'a>>,
    /// By column; engines with the same answer stand together.
    answers: Vec<(Vec<usize>, Answer<'a>)>,
}

/// The classes and the shards of the table with this number. `links` are what links call its rows.
///
/// # Errors
/// When something cannot be written as JSON, which is a bug.
pub fn shards(
    number: usize,
    table: &Table,
    areas: &Areas,
    links: &[String],
) -> Result<(Vec<Class>, Vec<Shard>), serde_json::Error> {
    let mut by_class: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, row) in table.rows.iter().enumerate() {
        by_class.entry(&row.class).or_default().push(index);
    }
    let mut suites: Vec<&str> = table.rows.iter().filter_map(|row| row.suite.as_deref()).collect();
    suites.sort_unstable();
    suites.dedup();
    let (mut classes, mut shards) = (Vec::new(), Vec::new());
    for (class, rows) in by_class {
        let name = format!("{number}-{}", plain(class));
        let mut chunks = Chunks { name: &name, text: String::new(), cases: 0, written: Vec::new() };
        let mut list = Vec::new();
        for index in &rows {
            let row = &table.rows[*index];
            let (chunk, place) = chunks.add(&details(row))?;
            let marks: String = row.cells.iter().map(letter).collect();
            let suite = row.suite.as_deref().and_then(|suite| suites.binary_search(&suite).ok());
            let link = (links[*index] != row.name).then_some(&links[*index]);
            list.push(json!([row.name, marks, areas.of_rows[*index], chunk, place, suite, link]));
        }
        shards.push(shard(&name, &json!({ "suites": suites, "cases": list }))?);
        shards.extend(chunks.finish());
        classes.push(Class { name: class.to_owned(), cases: rows.len(), shard: name });
    }
    Ok((classes, shards))
}

/// A cell in one letter: in upper case where the difference is accepted, and a dot where nobody asked.
fn letter(cell: &Option<Cell>) -> char {
    match cell {
        None => '.',
        Some(cell) if cell.known => cell.mark.letter().to_ascii_uppercase(),
        Some(cell) => cell.mark.letter(),
    }
}

fn details(row: &Row) -> Details<'_> {
    let text = |text: &Option<String>| text.as_deref().map(|text| clipped(text, LONG));
    let baseline = row.baseline.as_ref().map(|it| Answer {
        ending: &it.ending,
        stdout: text(&it.stdout),
        stderr: text(&it.stderr),
        bucket: None,
        reason: None,
    });
    let same = |one: &Cell, other: &Cell| {
        let said = |it: &Cell| (it.mark, it.ending.clone(), it.stdout.clone(), it.stderr.clone(), it.reason.clone());
        said(one) == said(other)
    };
    let mut groups: Vec<(Vec<usize>, &Cell)> = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let Some(cell) = cell else { continue };
        match groups.iter_mut().find(|(_, there)| same(there, cell)) {
            Some((columns, _)) => columns.push(column),
            None => groups.push((vec![column], cell)),
        }
    }
    let answer = |cell: &'_ Cell| (text(&cell.stdout), text(&cell.stderr));
    let answers = groups.into_iter().map(|(columns, cell)| {
        let (stdout, stderr) = answer(cell);
        let (bucket, reason) = (cell.bucket.as_deref(), cell.reason.as_deref());
        (columns, Answer { ending: &cell.ending, stdout, stderr, bucket, reason })
    });
    let source = row.source.as_deref().filter(|source| *source != row.name).map(|source| clipped(source, LONG));
    Details { title: row.title.as_deref(), file: row.file.as_deref(), source, baseline, answers: answers.collect() }
}

/// Files of programs and outputs, of about the same size.
struct Chunks<'a> {
    name: &'a str,
    text: String,
    cases: usize,
    written: Vec<Shard>,
}

impl Chunks<'_> {
    /// Adds a case; gives the number of its file, and its place there.
    fn add(&mut self, details: &Details<'_>) -> Result<(usize, usize), serde_json::Error> {
        if self.text.len() >= CHUNK {
            self.close();
        }
        if !self.text.is_empty() {
            self.text.push_str(",\n");
        }
        self.text.push_str(&serde_json::to_string(details)?);
        self.cases += 1;
        Ok((self.written.len(), self.cases - 1))
    }

    fn close(&mut self) {
        let name = format!("{}-{}", self.name, self.written.len());
        let text = format!("{CALL}(\"{name}\",[{}]);\n", self.text);
        self.written.push(Shard { name: format!("data/{name}.js"), text });
        self.text.clear();
        self.cases = 0;
    }

    fn finish(mut self) -> Vec<Shard> {
        if !self.text.is_empty() {
            self.close();
        }
        self.written
    }
}

fn shard(name: &str, content: &serde_json::Value) -> Result<Shard, serde_json::Error> {
    let text = format!("{CALL}(\"{name}\",{});\n", serde_json::to_string(content)?);
    Ok(Shard { name: format!("data/{name}.js"), text })
}

/// A class as a part of a file's name.
fn plain(class: &str) -> String {
    class.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
}
