//! Two orders of forcing as two columns of text.

use serde::Serialize;
use similar::{Algorithm, capture_diff_slices};

use super::Forcing;

/// How much is shown of what is forced alike around a difference, in lines.
const CONTEXT: usize = 2;

/// Longest table, in lines.
const LINES: usize = 60;

/// How wide a column is, in characters.
const WIDTH: usize = 46;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// So many steps are alike.
    Folded(usize),
    /// Both forced this here.
    Alike(String),
    /// The reference forced the one, the subject the other, where they forced anything.
    Apart(Option<String>, Option<String>),
}

/// Two orders side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Who forced what stands in each column.
    pub heads: [String; 2],
    /// The rows; what is alike and not near a difference is folded.
    pub rows: Vec<Row>,
    /// How many rows are left out.
    pub hidden: usize,
    /// How many steps of each side were not kept.
    pub left_out: [usize; 2],
}

impl Table {
    /// The table of these orders, of at most so many rows.
    pub fn of(forcing: &Forcing, most: usize) -> Table {
        let [reference, subject] = &forcing.sides;
        let heads = forcing.sides.each_ref().map(|side| side.engine.clone());
        let pairs = pairs(&reference.order, &subject.order);
        let is_near = |at: usize| {
            let near = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(pairs.len());
            pairs[near].iter().any(|(left, right)| left != right)
        };
        let shown = |number: Option<usize>| {
            number.map(|number| match forcing.places.get(number) {
                Some(place) => format!("{}:{} {}", place.line, place.column, place.text),
                None => format!("probe {number}"),
            })
        };
        let mut rows = Vec::new();
        for (at, (left, right)) in pairs.iter().enumerate() {
            match rows.last_mut() {
                _ if is_near(at) && left == right => rows.extend(shown(*left).map(Row::Alike)),
                _ if is_near(at) => rows.push(Row::Apart(shown(*left), shown(*right))),
                Some(Row::Folded(count)) => *count += 1,
                _ => rows.push(Row::Folded(1)),
            }
        }
        let hidden = rows.len().saturating_sub(most);
        rows.truncate(most);
        Table { heads, rows, hidden, left_out: forcing.sides.each_ref().map(|side| side.left_out) }
    }

    /// Whether nothing differs in it.
    pub fn is_alike(&self) -> bool {
        !self.rows.iter().any(|row| matches!(row, Row::Apart(..)))
    }
}

/// The table, a line each, with the first difference marked.
pub fn lines(forcing: &Forcing) -> Vec<String> {
    let table = Table::of(forcing, LINES);
    let [left, right] = &table.heads;
    let mut lines = vec!["forced, in order:".to_owned(), line("  ", left, right)];
    if table.is_alike() {
        lines.push("  all alike: what differs is no order of forcing".to_owned());
        return lines;
    }
    let mut is_first = true;
    for row in &table.rows {
        lines.push(match row {
            Row::Folded(count) => format!("  … {count} alike"),
            Row::Alike(both) => line("  ", both, both),
            Row::Apart(left, right) => {
                let sign = if std::mem::take(&mut is_first) { "▶ " } else { "| " };
                line(sign, left.as_deref().unwrap_or_default(), right.as_deref().unwrap_or_default())
            }
        });
    }
    if table.hidden > 0 {
        lines.push(format!("  … and {} rows more", table.hidden));
    }
    for (side, left_out) in forcing.sides.iter().zip(table.left_out) {
        if left_out > 0 {
            lines.push(format!("  {}: {left_out} steps more are left out", side.engine));
        }
    }
    lines
}

fn line(sign: &str, left: &str, right: &str) -> String {
    let cut = |text: &str| match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    format!("{sign}{:<width$} {}", cut(left), cut(right), width = WIDTH + 1).trim_end().to_owned()
}

/// The two orders side by side; where they differ, what stands only in one of them has nothing beside it, or what the other
/// forced in its place.
fn pairs(reference: &[usize], subject: &[usize]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, reference, subject) {
        let (old, new) = (&reference[op.old_range()], &subject[op.new_range()]);
        pairs.extend((0..old.len().max(new.len())).map(|at| (old.get(at).copied(), new.get(at).copied())));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forcing::{Place, Side};

    fn forcing(reference: &[usize], subject: &[usize]) -> Forcing {
        let place = |column| Place { line: 1, column, text: format!("e{column}") };
        let side =
            |engine: &str, order: &[usize]| Side { engine: engine.to_owned(), order: order.to_vec(), left_out: 0 };
        Forcing { places: (0..20).map(place).collect(), sides: [side("r", reference), side("s", subject)] }
    }

    #[test]
    fn what_is_alike_is_folded_and_the_first_difference_marked() {
        let shown = lines(&forcing(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 2, 3, 4, 6, 5, 7, 8, 9]));
        let width = WIDTH + 1;
        let row = |sign: &str, left: &str, right: &str| format!("{sign}{left:<width$} {right}").trim_end().to_owned();
        assert_eq!(
            shown,
            [
                "forced, in order:".to_owned(),
                row("  ", "r", "s"),
                "  … 2 alike".to_owned(),
                row("  ", "1:3 e3", "1:3 e3"),
                row("  ", "1:4 e4", "1:4 e4"),
                row("▶ ", "", "1:6 e6"),
                row("  ", "1:5 e5", "1:5 e5"),
                row("| ", "1:6 e6", ""),
                row("  ", "1:7 e7", "1:7 e7"),
                row("  ", "1:8 e8", "1:8 e8"),
                "  … 1 alike".to_owned(),
            ]
        );
    }

    #[test]
    fn orders_that_are_alike_say_so() {
        let shown = lines(&forcing(&[1, 2], &[1, 2]));
        assert_eq!(shown.last().expect("a line"), "  all alike: what differs is no order of forcing");
    }
}
