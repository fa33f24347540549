//! Which tables and arrays a header or a dotted key may create, enter and extend: toml11's `insert_value`.

use std::collections::BTreeMap;

use super::parser::Parser;
use super::report::{Problem, Region};
use super::string::Key;
use super::{TomlId, TomlValue};

/// How a value was defined, which decides whether it may be extended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A table with a header, or the root.
    Header,
    /// A table that is defined only by headers of tables inside it.
    Implied,
    /// A table that a dotted key made.
    Dotted,
    /// An array of tables with headers.
    ArrayOfTables,
    /// Anything written as a value.
    Value,
}

/// The kind of an insertion.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Insert {
    /// The table of a header.
    Table,
    /// A table of an array of tables.
    ArrayOfTables,
    /// The value of a key.
    Dotted,
}

impl Parser<'_> {
    /// Inserts `value` into `table` under `key`. Returns the value that is there afterwards, since a header may open a
    /// table that exists already.
    pub(super) fn insert(&mut self, kind: Insert, table: TomlId, key: Key, value: TomlId) -> Result<TomlId, Problem> {
        let Key { mut parts, region } = key;
        let last = parts.pop().unwrap_or_default();
        let table = self.descend(kind, table, parts, &region)?;
        let found = self.members(table).get(&last).copied();
        match kind {
            Insert::Dotted => match found {
                None => {
                    self.members(table).insert(last, value);
                    Ok(value)
                }
                Some(found) => Err(self.conflict(
                    " failed to insert a value, value already exists",
                    (region, "inserting this"),
                    (found, "but value already exists"),
                )),
            },
            Insert::Table => match found {
                None => {
                    self.members(table).insert(last, value);
                    Ok(value)
                }
                Some(found) if self.origins[found.0 as usize] == Origin::Implied => {
                    self.origins[found.0 as usize] = Origin::Header;
                    self.regions[found.0 as usize] = region;
                    Ok(found)
                }
                Some(found) => Err(self.conflict(
                    " failed to insert a table, table already defined",
                    (region, "inserting this"),
                    (found, "this table is explicitly defined"),
                )),
            },
            Insert::ArrayOfTables => self.append(table, last, found, region, value),
        }
    }

    /// Appends the table `value` to the array of tables under `key`, or creates that array.
    fn append(
        &mut self,
        table: TomlId,
        key: Vec<u8>,
        found: Option<TomlId>,
        region: Region,
        value: TomlId,
    ) -> Result<TomlId, Problem> {
        let Some(found) = found else {
            let array = self.add(TomlValue::Array(vec![value]), Origin::ArrayOfTables, region);
            self.members(table).insert(key, array);
            return Ok(value);
        };
        let (problem, what) = match &self.values[found.0 as usize] {
            TomlValue::Array(elements) if self.are_tables(elements) => {
                (" failed to insert a table, inline array of tables is immutable", "this is inline array-of-tables")
            }
            _ => (" failed to insert an array of tables, value already exists", "non-table value already exists"),
        };
        if self.origins[found.0 as usize] == Origin::ArrayOfTables
            && let TomlValue::Array(tables) = &mut self.values[found.0 as usize]
        {
            tables.push(value);
            return Ok(value);
        }
        Err(self.conflict(problem, (region, "while inserting this"), (found, what)))
    }

    /// Descends from `table` along `path`, creating missing tables.
    fn descend(
        &mut self,
        kind: Insert,
        mut table: TomlId,
        path: Vec<Vec<u8>>,
        region: &Region,
    ) -> Result<TomlId, Problem> {
        let dotted = kind == Insert::Dotted;
        for part in path {
            let Some(found) = self.members(table).get(&part).copied() else {
                let origin = if dotted { Origin::Dotted } else { Origin::Implied };
                let new = self.add(TomlValue::Table(BTreeMap::new()), origin, region.clone());
                self.members(table).insert(part, new);
                table = new;
                continue;
            };
            let (problem, doing, what) = match (&self.values[found.0 as usize], self.origins[found.0 as usize]) {
                (TomlValue::Table(_), Origin::Value) => {
                    (" failed to insert a value: inline table is immutable", "inserting this", "to this table")
                }
                (TomlValue::Table(_), origin) if dotted && origin != Origin::Dotted => (
                    " reopening a table using dotted keys",
                    "dotted key cannot reopen a table",
                    "this table is already closed",
                ),
                (TomlValue::Table(_), _) => {
                    table = found;
                    continue;
                }
                (TomlValue::Array(_), Origin::ArrayOfTables) if dotted => {
                    ("dotted key cannot reopen an array-of-tables", "inserting this", "to this array-of-tables.")
                }
                (TomlValue::Array(tables), Origin::ArrayOfTables) if !tables.is_empty() => {
                    table = tables[tables.len() - 1];
                    continue;
                }
                (TomlValue::Array(elements), _) if self.are_tables(elements) => {
                    ("inline array of tables are immutable", "inserting this", "inline array of tables")
                }
                _ => (
                    " failed to insert a value, value already exists",
                    "while inserting this",
                    "non-table value already exists",
                ),
            };
            return Err(self.conflict(problem, (region.clone(), doing), (found, what)));
        }
        Ok(table)
    }

    /// An error about a key and the value that exists already, with a note for each.
    fn conflict(
        &self,
        problem: &str,
        (key, doing): (Region, &'static str),
        (found, what): (TomlId, &'static str),
    ) -> Problem {
        let found = self.regions[found.0 as usize].clone();
        Problem::new(format!("toml::insert_value:{problem}"), key, doing).with_place(found, what)
    }

    fn members(&mut self, table: TomlId) -> &mut BTreeMap<Vec<u8>, TomlId> {
        match &mut self.values[table.0 as usize] {
            TomlValue::Table(members) => members,
            _ => unreachable!("only tables are entered"),
        }
    }

    /// Whether an array is not empty and holds only tables.
    fn are_tables(&self, elements: &[TomlId]) -> bool {
        let is_table = |element: &TomlId| matches!(self.values[element.0 as usize], TomlValue::Table(_));
        !elements.is_empty() && elements.iter().all(is_table)
    }
}
