//! What a target is called with, before libFuzzer reads it: what suits programs is said where whoever called says nothing
//! else, and the folder of a new corpus is made.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
    path::Path,
};

/// The folder that cargo-fuzz keeps corpora in.
const CORPORA: &str = "corpus";

/// Flags, and what they are where nobody says.
const DEFAULTS: [(&str, &str); 1] = [
    // Looking for rare features takes longer than evaluating: with every new one libFuzzer goes through the whole corpus.
    ("-entropic", "0"),
];

/// The arguments for libFuzzer, of which the first is the program.
///
/// # Errors
/// When the folder of a corpus cannot be made.
pub fn prepared(given: &[OsString]) -> Result<Vec<OsString>, String> {
    for folder in given.iter().skip(1).map(Path::new).filter(|path| is_new_corpus(path)) {
        fs::create_dir_all(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    }
    let mut arguments = given.to_vec();
    for (flag, value) in DEFAULTS {
        let is_it = |argument: &OsStr| {
            argument.as_bytes().strip_prefix(flag.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
        };
        if !given.iter().any(|argument| is_it(argument)) {
            arguments.push(format!("{flag}={value}").into());
        }
    }
    Ok(arguments)
}

/// Whether a path is that of a corpus which is not there yet. Anything else that is not there is a mistake, which libFuzzer
/// says.
fn is_new_corpus(path: &Path) -> bool {
    let is_corpus = path.parent().and_then(Path::file_name).is_some_and(|name| name == CORPORA);
    is_corpus && !path.as_os_str().as_bytes().starts_with(b"-") && path.extension().is_none() && !path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_corpus_is_made_and_what_is_given_stays() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name).into_os_string();
        let given = ["eval".into(), path("corpus/eval"), path("seeds"), path("corpus/a.nix"), "-runs=1".into()];
        let arguments = prepared(&given).unwrap();
        assert_eq!(arguments[..5], given);
        assert_eq!(arguments[5..], ["-entropic=0"]);
        let is_there = |name: &str| root.path().join(name).exists();
        assert_eq!([is_there("corpus/eval"), is_there("seeds"), is_there("corpus/a.nix")], [true, false, false]);
        let given: Vec<OsString> = ["eval", "-entropic=1"].map(Into::into).into();
        assert_eq!(prepared(&given).unwrap(), given);
        fs::write(root.path().join("file"), "").unwrap();
        assert!(prepared(&["eval".into(), path("file/corpus/a")]).unwrap_err().contains("file/corpus/a"));
    }
}
