//! `thunkproof corpus`: counts what a corpus covers, and drops entries that add nothing.

use std::{
    fs, io, iter,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::{Complaint, outputs, unless_closed};
use crate::corpus::{self, Entry, Stats};

/// Looks at a corpus of small programs, or makes it smaller.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Minimise(Minimise),
    Stats(Of),
}

/// Keeps what adds coverage, smallest first: of pairs of instructions, captures, forms, builtins, and ways to end.
///
/// Entries below `regressions/` are always kept. Those that libFuzzer has named get a name that says what they add. The exit status is 0, and 2 where the work could not be done.
#[derive(Debug, Args)]
struct Minimise {
    /// Folders that hold .nix files
    #[arg(required = true)]
    folders: Vec<PathBuf>,

    /// Copy what is kept to this folder, instead of deleting the rest
    #[arg(long, value_name = "FOLDER", value_parser = outputs::folder())]
    out: Option<PathBuf>,

    /// Only say what would be deleted
    #[arg(long, conflicts_with = "out")]
    dry_run: bool,

    /// Leave out entries of more bytes than this
    #[arg(long, value_name = "BYTES", default_value_t = 4096)]
    longest: usize,
}

/// Says how many entries there are, what they cover, how they end, and which builtins and forms they lack.
#[derive(Debug, Args)]
struct Of {
    /// Folders that hold .nix files
    #[arg(required = true)]
    folders: Vec<PathBuf>,

    /// As one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    match &arguments.what {
        What::Minimise(arguments) => minimise(arguments),
        What::Stats(arguments) => stats(arguments),
    }
}

fn read(folders: &[PathBuf]) -> Result<Vec<Entry>, Complaint> {
    let mut entries = Vec::new();
    for folder in folders {
        let found = corpus::entries(folder);
        entries.extend(found.map_err(|error| Complaint(format!("cannot read {}: {error}", folder.display())))?);
    }
    if entries.is_empty() {
        return Err(Complaint(
            "no .nix files there: name folders that hold some, such as corpus and nix-lang-tests/lang".to_owned(),
        ));
    }
    // As if all were in one folder.
    entries.sort_by(|one, other| (one.text.len(), &one.path).cmp(&(other.text.len(), &other.path)));
    Ok(entries)
}

fn minimise(arguments: &Minimise) -> Result<bool, Complaint> {
    let (entries, long): (Vec<_>, Vec<_>) =
        read(&arguments.folders)?.into_iter().partition(|entry| entry.text.len() <= arguments.longest);
    let mut minimised = corpus::minimise(entries);
    minimised.dropped.extend(long);
    let mut text = String::new();
    match &arguments.out {
        Some(folder) => {
            for entry in &minimised.kept {
                let name = match minimised.added.get(&entry.path).filter(|_| is_of_libfuzzer(&entry.path)) {
                    Some(added) => free_name(folder, &added.file_stem()),
                    None => own_name(&entry.path),
                };
                copy(entry, &folder.join(name))?;
            }
        }
        None => {
            for entry in &minimised.dropped {
                text.push_str(&format!("{}\n", entry.path.display()));
                if !arguments.dry_run {
                    let failed =
                        |error: io::Error| Complaint(format!("cannot delete {}: {error}", entry.path.display()));
                    fs::remove_file(&entry.path).map_err(failed)?;
                }
            }
            for (path, added) in minimised.added.iter().filter(|(path, _)| !arguments.dry_run && is_of_libfuzzer(path))
            {
                let folder = path.parent().unwrap_or(Path::new(""));
                let failed = |error: io::Error| Complaint(format!("cannot rename {}: {error}", path.display()));
                fs::rename(path, folder.join(free_name(folder, &added.file_stem()))).map_err(failed)?;
            }
        }
    }
    let dropped = if arguments.dry_run { "would go" } else { "dropped" };
    text.push_str(&format!("{} kept, {} {dropped}\n", minimised.kept.len(), minimised.dropped.len()));
    unless_closed(io::Write::write_all(&mut anstream::stdout(), text.as_bytes()))?;
    Ok(true)
}

/// The name of an entry without what a fixture's name says of its class.
fn own_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let classes = ["eval-okay-", "eval-fail-", "parse-okay-", "parse-fail-"];
    classes.iter().find_map(|class| name.strip_prefix(class)).unwrap_or(&name).to_owned()
}

/// Whether libFuzzer has named the file: by the SHA-1 of its text.
fn is_of_libfuzzer(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.len() == 40 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A name with this beginning that no file in the folder has.
fn free_name(folder: &Path, stem: &str) -> String {
    let numbered = (2..).map(|number: u64| format!("{stem}-{number}.nix"));
    let mut names = iter::once(format!("{stem}.nix")).chain(numbered);
    names.find(|name| !folder.join(name).exists()).unwrap_or_default()
}

/// Copies an entry to a file that may be there already, with the same text.
fn copy(entry: &Entry, to: &Path) -> Result<(), Complaint> {
    let failed = |error: io::Error| Complaint(format!("cannot write {}: {error}", to.display()));
    fs::create_dir_all(to.parent().unwrap_or(Path::new(""))).map_err(failed)?;
    if to.exists() && fs::read(to).map_err(failed)? != entry.text {
        return Err(Complaint(format!("{} is there already, with another text: name another folder", to.display())));
    }
    fs::write(to, &entry.text).map_err(failed)
}

fn stats(arguments: &Of) -> Result<bool, Complaint> {
    let stats = corpus::stats(&read(&arguments.folders)?);
    let text = if arguments.json { serde_json::to_string_pretty(&stats)? + "\n" } else { table(&stats) };
    unless_closed(io::Write::write_all(&mut anstream::stdout(), text.as_bytes()))?;
    Ok(true)
}

fn table(stats: &Stats) -> String {
    let mut text = format!(
        "{} entries, {} of them regressions, {} bytes, {} duplicates, {} inconclusive\n",
        stats.entries, stats.regressions, stats.bytes, stats.duplicates, stats.inconclusive
    );
    text.push_str("\nfeatures\n");
    for (kind, count) in &stats.features {
        text.push_str(&format!("{count:>7}  {kind:?}\n"));
    }
    text.push_str("\nhow they end\n");
    for (ending, count) in &stats.endings {
        text.push_str(&format!("{count:>7}  {ending}\n"));
    }
    for (what, names) in [("builtins", &stats.missing_builtins), ("forms", &stats.missing_forms)] {
        if !names.is_empty() {
            text.push_str(&format!("\n{} {what} in no entry: {}\n", names.len(), names.join(", ")));
        }
    }
    text
}
