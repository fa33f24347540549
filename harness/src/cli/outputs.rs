//! Where a command's reports go. `-` is standard output, for one report; what is for people then goes to standard error.
//! No report takes the place of another, or of a file that the command reads.

use std::{
    ffi::OsString,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::builder::{OsStringValueParser, TypedValueParser};

use super::{Complaint, unless_closed};
use crate::write;

/// The reports of one command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outputs {
    standard_output_is_taken: bool,
}

/// What people read.
pub(super) type People = BufWriter<Box<dyn Write + Send>>;

impl Outputs {
    /// Settles where these reports go, each with the option that asks for it; `inputs` are files that the command reads.
    ///
    /// # Errors
    /// When two would be the same file, or one would overwrite an input.
    pub(super) fn new(reports: &[(&str, Option<&PathBuf>)], inputs: &[PathBuf]) -> Result<Outputs, Complaint> {
        let mut taken: Vec<(&str, Location)> = Vec::new();
        for (option, file) in reports.iter().filter_map(|(option, file)| Some((*option, (*file)?))) {
            let location = location(file);
            if let Some((other, _)) = taken.iter().find(|(_, other)| location != Location::Device && *other == location)
            {
                let advice = "give each a file of its own";
                return Err(Complaint(format!("{other} and {option} both write to {}: {advice}", named(file))));
            }
            let is_this = |input: &&PathBuf| {
                matches!(location, Location::File(_)) && input.exists() && self::location(input) == location
            };
            if let Some(input) = inputs.iter().find(is_this) {
                let advice = "name another file";
                return Err(Complaint(format!(
                    "{option} would overwrite {}, which is read: {advice}",
                    input.display()
                )));
            }
            taken.push((option, location));
        }
        Ok(Outputs { standard_output_is_taken: taken.iter().any(|(_, it)| *it == Location::StandardOutput) })
    }

    /// As [`Outputs::new`]; and where one could not be written, that is said before the work and not after it.
    ///
    /// # Errors
    /// As there, and when a file could not be written.
    pub(super) fn probed(reports: &[(&str, Option<&PathBuf>)], inputs: &[PathBuf]) -> Result<Outputs, Complaint> {
        let outputs = Outputs::new(reports, inputs)?;
        reports.iter().filter_map(|(_, file)| *file).try_for_each(|file| write::probe(file))?;
        Ok(outputs)
    }

    /// Writes what is for people, all of it or an error: a text on a full disk is no success.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn show(self, text: impl FnOnce(&mut People) -> io::Result<()>) -> Result<(), Complaint> {
        let mut to = BufWriter::new(self.for_people());
        let written = text(&mut to).and_then(|()| to.flush());
        // What could not be written is not tried again.
        let _ = to.into_parts();
        unless_closed(written)
    }

    /// Where people read.
    pub(super) fn for_people(self) -> Box<dyn Write + Send> {
        if self.standard_output_is_taken { Box::new(anstream::stderr()) } else { Box::new(anstream::stdout()) }
    }
}

/// What a name leads to.
#[derive(PartialEq, Eq)]
enum Location {
    StandardOutput,
    /// Several reports may go to one device or pipe, and nothing in it is overwritten.
    Device,
    File(PathBuf),
}

fn location(file: &Path) -> Location {
    if write::is_standard_output(file) {
        return Location::StandardOutput;
    }
    if file.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        return Location::Device;
    }
    let in_its_folder = || {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(file.file_name()?))
    };
    Location::File(file.canonicalize().ok().or_else(in_its_folder).unwrap_or_else(|| file.to_owned()))
}

fn named(file: &Path) -> String {
    if write::is_standard_output(file) { "standard output".to_owned() } else { file.display().to_string() }
}

/// Reads the name of a folder that is written to. There is no standard output of several files, and a folder of that
/// name would be litter.
pub(super) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|name: OsString| match write::is_standard_output(Path::new(&name)) {
        true => Err("a folder is wanted, and `-` is standard output: write ./- for a folder of that name"),
        false => Ok(PathBuf::from(name)),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is said of these reports in a folder that holds `in.json`, `folder/`, and `link` which leads to `in.json`.
    fn check(reports: &[(&str, &str)], expected: Result<bool, &str>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| match name {
            "-" | "/dev/null" => PathBuf::from(name),
            _ => folder.path().join(name),
        };
        fs::write(at("in.json"), "").expect("writable");
        fs::create_dir(at("folder")).expect("writable");
        std::os::unix::fs::symlink("in.json", at("link")).expect("writable");
        let files: Vec<_> = reports.iter().map(|(option, file)| (*option, at(file))).collect();
        let reports: Vec<_> = files.iter().map(|(option, file)| (*option, Some(file))).collect();
        let settled = Outputs::new(&reports, &[at("in.json")]);
        let settled = settled.map(|it| it.standard_output_is_taken).map_err(|error| error.to_string());
        let settled = settled.map_err(|text| text.replace(&format!("{}/", folder.path().display()), ""));
        assert_eq!(settled, expected.map_err(str::to_owned), "{files:?}");
    }

    #[test]
    fn reports_do_not_overwrite_each_other_or_what_is_read() {
        check(&[], Ok(false));
        check(&[("--json", "a"), ("--html", "b")], Ok(false));
        check(&[("--json", "-"), ("--html", "b")], Ok(true));
        check(&[("--json", "/dev/null"), ("--html", "/dev/null")], Ok(false));
        check(
            &[("--json", "-"), ("--html", "-")],
            Err("--json and --html both write to standard output: give each a file of its own"),
        );
        check(
            &[("--json", "a"), ("--html", "folder/../a")],
            Err("--json and --html both write to folder/../a: give each a file of its own"),
        );
        let overwrites = "--html would overwrite in.json, which is read: name another file";
        check(&[("--html", "in.json")], Err(overwrites));
        check(&[("--html", "folder/../in.json")], Err(overwrites));
        check(&[("--html", "link")], Err(overwrites));
    }
}
