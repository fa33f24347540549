//! Arguments of automatic calls: `--arg` and similar flags.

use crate::errors::Error;
use crate::errors::highlight::{hint, magenta};
use crate::io::access::system_error;
use crate::io::{Io, NO_ENTRY, paths};

/// An automatic argument as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `--arg`: an expression. It is parsed immediately and evaluated when it is needed.
    Expression(Vec<u8>),
    /// `--argstr`: a string.
    String(Vec<u8>),
    /// `--arg-from-file`: the contents of a file, by its path as given.
    File(Vec<u8>),
    /// `--arg-from-stdin`: the rest of standard input.
    Stdin,
}

/// Standard input. It can be read once, by an argument or by an expression.
#[derive(Clone, Debug, Default)]
pub struct Stdin {
    contents: Vec<u8>,
    failure: Option<i32>,
}

impl Stdin {
    /// Nothing of `contents` has been read.
    pub fn new(contents: Vec<u8>) -> Stdin {
        Stdin { contents, failure: None }
    }

    /// Standard input with these contents; reading it fails with the system's error number `failure`, if there is one.
    pub fn failing(failure: Option<i32>, contents: Vec<u8>) -> Stdin {
        Stdin { contents, failure }
    }

    /// Reads all that is left; nothing the second time.
    ///
    /// # Errors
    /// Standard input cannot be read: it is a folder, say.
    pub fn read(&mut self) -> Result<Vec<u8>, Box<Error>> {
        match self.failure {
            Some(number) => Err(cannot_be_read(&std::io::Error::from_raw_os_error(number))),
            None => Ok(std::mem::take(&mut self.contents)),
        }
    }
}

impl Argument {
    /// The string that this argument is; none if it is an expression. Fails if a file cannot be read.
    pub fn read(&self, current_dir: &[u8], stdin: &mut Stdin, io: &dyn Io) -> Result<Option<Vec<u8>>, Box<Error>> {
        match self {
            Argument::Expression(_) => Ok(None),
            Argument::String(text) => Ok(Some(text.clone())),
            Argument::Stdin => stdin.read().map(Some),
            Argument::File(path) => {
                // The system knows no file without a name, whatever the working folder is.
                let contents = match path.as_slice() {
                    b"" => Err(std::io::Error::from_raw_os_error(NO_ENTRY)),
                    path => io.read_to_end(&paths::absolute(path, current_dir)),
                };
                contents.map(Some).map_err(|error| match error.kind() {
                    // A folder opens, and then cannot be read.
                    std::io::ErrorKind::IsADirectory => cannot_be_read(&error),
                    _ => system_error(hint("opening file {}", &[&[b"\"", path.as_slice(), b"\""].concat()]), &error),
                })
            }
        }
    }
}

fn cannot_be_read(error: &std::io::Error) -> Box<Error> {
    system_error([b"read of ", &*magenta(b"65536"), b" bytes"].concat(), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::highlight::filter_escapes;
    use crate::io::InMemory;

    /// As the reference: `--arg-from-file x PATH` in a folder with these files.
    #[test]
    fn files_and_standard_input() {
        let io = InMemory::new().file("/t/t.nix", "1").symlink("/t/link", "t.nix").directory("/t/d");
        let io = io.symlink("/t/loop1", "loop2").symlink("/t/loop2", "loop1");
        let mut stdin = Stdin::new(b"hi\n".to_vec());
        let mut read = |argument: Argument| match argument.read(b"/t", &mut stdin, &io) {
            Ok(text) => String::from_utf8(text.unwrap()).unwrap(),
            Err(error) => String::from_utf8_lossy(&filter_escapes(&error.message, false)).into_owned(),
        };
        let file = |path: &str| Argument::File(path.into());
        assert_eq!(read(file("link")), "1");
        assert_eq!(read(file("nope")), "opening file \"nope\": No such file or directory");
        assert_eq!(read(file("")), "opening file \"\": No such file or directory");
        assert_eq!(read(file("d")), "read of 65536 bytes: Is a directory");
        assert_eq!(read(file("loop1")), "opening file \"loop1\": Too many levels of symbolic links");
        assert_eq!([read(Argument::Stdin), read(Argument::Stdin)], ["hi\n", ""]);
    }
}
