//! docs/settings.md tells of every setting of the reference what it does here: the list that was recorded from the
//! reference, the table for people and the evaluator's own table must agree.

use std::collections::BTreeMap;

use nix_evaluator::settings::definition;

/// What `nix config show --json` of the reference lists: a name, then its aliases, a line.
const REFERENCE: &str = include_str!("settings/reference.txt");
const TABLE: &str = include_str!("../../docs/settings.md");

/// The rows of the table: a name and what it does here.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = |line: &'static str| line.strip_prefix("| `").and_then(|line| line.split_once("` | "));
    let rows = TABLE.lines().filter_map(cells);
    rows.map(|(name, rest)| (name, rest.split_once(" | ").expect("a row has three cells").0)).collect()
}

#[test]
fn the_table_has_every_setting_of_the_reference() {
    let recorded: Vec<&str> = REFERENCE.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(recorded.len() > 100, "the list was recorded");
    assert_eq!(rows().iter().map(|(name, _)| *name).collect::<Vec<_>>(), recorded);
}

#[test]
fn the_evaluator_knows_every_setting_of_the_reference() {
    let recorded: BTreeMap<&str, Vec<&str>> = REFERENCE
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.collect()))
        })
        .collect();
    let ours: BTreeMap<&str, Vec<&str>> = definition::all()
        .map(|definition| {
            let mut aliases = definition.aliases.to_vec();
            aliases.sort_unstable();
            (definition.name, aliases)
        })
        .collect();
    assert_eq!(ours, recorded);
}

/// A value that counts must be kept, and one that is not kept cannot do what the reference does with it.
#[test]
fn what_is_as_in_the_reference_is_kept() {
    for (name, here) in rows() {
        let (definition, _) = definition::find(name.as_bytes()).expect("every row is a setting");
        match here {
            "as the reference" | "in part" => assert!(definition.is_kept(), "nothing can look at `{name}`"),
            "no effect on evaluation" | "not supported" => {}
            other => panic!("`{name}`: {other}"),
        }
    }
}
