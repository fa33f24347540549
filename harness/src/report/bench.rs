//! What `thunkproof bench` measured, as tables and as JSON.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use crate::bench::{
    Contender, Measured,
    statistics::{Spread, geometric_mean},
};

/// A run as one document. Samples are in the order of the rounds, so ratios can be formed anew.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// The first is compared with the others.
    pub contenders: &'a [Contender],
    /// In the order of the run.
    pub workloads: &'a [Measured],
    /// The least peak of memory that could be told, in bytes.
    pub floor_bytes: u64,
    /// By contender from the second on.
    pub means: Vec<Means>,
}

/// Geometric means over all workloads of the first contender's ratio to another one.
#[derive(Debug, Serialize)]
pub struct Means {
    /// The other one.
    pub to: String,
    /// Of CPU time; the medians' mean.
    pub cpu: Option<f64>,
    /// Of peak memory; the medians' mean.
    pub peak: Option<f64>,
}

impl<'a> Document<'a> {
    /// The document of a run.
    pub fn of(contenders: &'a [Contender], workloads: &'a [Measured], floor_bytes: u64) -> Document<'a> {
        let means = contenders.iter().enumerate().skip(1).map(|(index, contender)| {
            let median = |ratios: Vec<f64>| Spread::of(&ratios).median;
            let cpu: Vec<f64> = workloads.iter().map(|it| median(it.cpu_ratios(index))).collect();
            let peak: Vec<f64> = workloads.iter().map(|it| median(it.peak_ratios(index))).collect();
            Means { to: contender.name.clone(), cpu: geometric_mean(&cpu), peak: geometric_mean(&peak) }
        });
        let means = means.collect();
        Document { contenders, workloads, floor_bytes, means }
    }

    /// Writes the tables: times and memory of all, and the ratios of the first to each other one.
    ///
    /// # Errors
    /// When `to` cannot be written to.
    pub fn write_text(&self, to: &mut impl Write) -> io::Result<()> {
        let mut table = new_table();
        let mut heading = vec!["workload".to_owned()];
        for contender in self.contenders {
            heading.extend([format!("{} CPU s", contender.name), "wall s".to_owned(), "MiB".to_owned()]);
        }
        for other in &self.contenders[1..] {
            heading.extend([format!("CPU / {}", other.name), "(middle half)".to_owned(), "memory".to_owned()]);
        }
        table.set_header(heading);
        for measured in self.workloads {
            let mut row = vec![title(measured)];
            for index in 0..self.contenders.len() {
                let median = |samples: Vec<f64>| Spread::of(&samples).median;
                row.push(format!("{:.3}", median(measured.cpu(index))));
                row.push(format!("{:.3}", median(measured.wall(index))));
                row.push(format!("{:.0}", median(measured.peak(index))));
            }
            for index in 1..self.contenders.len() {
                let cpu = Spread::of(&measured.cpu_ratios(index));
                row.push(format!("{:.2}", cpu.median));
                row.push(format!("{:.2} to {:.2}", cpu.low, cpu.high));
                row.push(format!("{:.2}", Spread::of(&measured.peak_ratios(index)).median));
            }
            table.add_row(cells(row));
        }
        write_table(&table, to)?;
        for means in &self.means {
            if let (Some(cpu), Some(peak)) = (means.cpu, means.peak) {
                let first = &self.contenders[0].name;
                writeln!(to, "geometric means of {first} / {}: CPU {cpu:.3}, memory {peak:.3}", means.to)?;
            }
        }
        self.write_contenders(to)
    }

    /// Writes how cost grows: CPU time for each element, by size; `grows` is the last size's cost by the first's.
    ///
    /// # Errors
    /// When `to` cannot be written to.
    pub fn write_growth(&self, to: &mut impl Write) -> io::Result<()> {
        let mut sizes: Vec<u64> = self.workloads.iter().filter_map(|it| it.size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let mut table = new_table();
        let mut heading = vec!["workload".to_owned(), "evaluator".to_owned()];
        heading.extend(sizes.iter().map(|size| format!("ns/element at {size}")));
        heading.extend(["grows".to_owned(), "MiB at the last".to_owned()]);
        table.set_header(heading);
        let mut names: Vec<&str> = self.workloads.iter().map(|it| it.workload.as_str()).collect();
        names.dedup();
        for name in names {
            for (index, contender) in self.contenders.iter().enumerate() {
                let mut row = vec![name.to_owned(), contender.name.clone()];
                let mut costs = Vec::new();
                let mut last_peak = 0.0;
                for measured in self.workloads.iter().filter(|it| it.workload == name) {
                    let seconds = Spread::of(&measured.cpu(index)).median;
                    costs.push(seconds * 1e9 / measured.size.unwrap_or(1) as f64);
                    last_peak = Spread::of(&measured.peak(index)).median;
                }
                row.extend(costs.iter().map(|cost| format!("{cost:.0}")));
                let grows = costs.last().zip(costs.first()).map_or(1.0, |(last, first)| last / first);
                row.extend([format!("{grows:.2}"), format!("{last_peak:.0}")]);
                table.add_row(cells(row));
            }
        }
        write_table(&table, to)?;
        self.write_contenders(to)
    }

    fn write_contenders(&self, to: &mut impl Write) -> io::Result<()> {
        let rounds = self.workloads.first().map_or(0, |it| it.samples[0].len());
        writeln!(to, "medians of {rounds} rounds; memory below {} MiB does not show", self.floor_bytes >> 20)?;
        for contender in self.contenders {
            writeln!(to, "{}: {} ({})", contender.name, contender.program.display(), contender.version)?;
        }
        Ok(())
    }
}

fn title(measured: &Measured) -> String {
    match measured.size {
        None => measured.workload.clone(),
        Some(size) => format!("{} ({size})", measured.workload),
    }
}

fn new_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Names to the left, numbers to the right.
fn cells(row: Vec<String>) -> Vec<Cell> {
    let align = |(index, text): (usize, String)| {
        let is_number = index > 0 && text.starts_with(|first: char| first.is_ascii_digit());
        let alignment = if is_number { CellAlignment::Right } else { CellAlignment::Left };
        Cell::new(text).set_alignment(alignment)
    };
    row.into_iter().enumerate().map(align).collect()
}

fn write_table(table: &Table, to: &mut impl Write) -> io::Result<()> {
    for line in table.lines() {
        writeln!(to, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::Sample;

    fn measured(size: Option<u64>, milliseconds: [u64; 2]) -> Measured {
        let sample = |milliseconds| Sample {
            user: Duration::from_millis(milliseconds),
            system: Duration::ZERO,
            wall: Duration::from_millis(2 * milliseconds),
            peak_bytes: milliseconds << 20,
        };
        Measured {
            workload: "sum".to_owned(),
            size,
            samples: milliseconds.iter().map(|it| vec![sample(*it); 3]).collect(),
        }
    }

    fn contenders() -> [Contender; 2] {
        ["ours", "theirs"].map(|name| Contender {
            name: name.to_owned(),
            program: format!("/bin/{name}").into(),
            version: "1".to_owned(),
            conventions: None,
        })
    }

    #[test]
    fn ratios_are_the_first_by_the_others() {
        let workloads = [measured(None, [10, 40])];
        let contenders = contenders();
        let document = Document::of(&contenders, &workloads, 0);
        let mut text = Vec::new();
        document.write_text(&mut text).expect("memory can be written to");
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains("0.25   0.25 to 0.25"), "{text}");
        assert!(text.contains("geometric means of ours / theirs: CPU 0.250, memory 0.250"), "{text}");
    }

    #[test]
    fn growth_is_cost_for_each_element() {
        let workloads = [measured(Some(1000), [10, 10]), measured(Some(2000), [20, 40])];
        let contenders = contenders();
        let mut text = Vec::new();
        Document::of(&contenders, &workloads, 0).write_growth(&mut text).expect("memory can be written to");
        let text = String::from_utf8(text).expect("text");
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["sum", "ours", "10000", "10000", "1.00", "20"]);
        assert_eq!(lines[2], ["sum", "theirs", "10000", "20000", "2.00", "40"]);
    }
}
