//! The home folder: HOME, or what the user database says where HOME belongs to somebody else. The first use prints the
//! warning.

use std::cell::{Cell, RefCell};

use super::Environment;
use crate::errors::{Error, ErrorKind};
use crate::io::{Io, access, paths};

/// Who runs an evaluation, as the system knows it.
#[derive(Clone, Debug)]
pub struct User {
    /// The number of the effective user.
    pub id: u32,
    /// Looks up the home folder of a user in the user database. Few evaluations need that.
    pub registered_home: fn(u32) -> Option<Vec<u8>>,
}

/// The home folder of an invocation.
#[derive(Debug, Default)]
pub struct Home {
    path: Option<Vec<u8>>,
    warning: RefCell<Option<Vec<u8>>>,
    is_asked: Cell<bool>,
    /// Whether the user is known. A known user must have a home folder.
    is_known: bool,
}

impl Home {
    /// Finds the home folder (`getHome` in `libutil/unix/users.cc`). If the user is unknown, HOME is taken as it is.
    pub fn find(environment: Environment<'_>, user: Option<&User>, current_dir: &[u8], io: &dyn Io) -> Home {
        let named = environment.get("HOME");
        let owner = named.map(|home| (home, owner(home, current_dir, io)));
        if let Some((home, Ok(owner))) = owner
            && (user.is_none() || owner.is_none() || owner == user.map(|user| user.id))
        {
            return Home { path: Some(home.to_vec()), ..Home::default() };
        }
        let registered = user.and_then(|user| (user.registered_home)(user.id)).filter(|home| !home.is_empty());
        let quoted = |path: &[u8]| [b"'", path, b"'"].concat();
        let warning = match owner {
            Some((home, Ok(_))) if Some(home) != registered.as_deref() => registered.as_ref().map(|registered| {
                let words = b"is not owned by you, falling back to the one defined in the 'passwd' file";
                [b"$HOME (", &*quoted(home), b") ", words, b" (", &*quoted(registered), b")"].concat()
            }),
            Some((home, Err(error))) => {
                let words = b"for reason other than not existing, falling back to the one defined in the 'passwd' file";
                let error = access::system_error([b"getting status of \"", home, b"\""].concat(), &error);
                let error = [b"\x1b[31;1merror:\x1b[0m ", &*error.message].concat();
                Some([b"couldn't stat $HOME (", &*quoted(home), b") ", words, b": ", &*error].concat())
            }
            Some(_) | None => None,
        };
        Home { path: registered, warning: RefCell::new(warning), is_known: user.is_some(), ..Home::default() }
    }

    /// The home folder.
    ///
    /// # Errors
    /// Neither the environment nor the user database knows it.
    pub fn path(&self) -> Result<&[u8], Box<Error>> {
        self.is_asked.set(true);
        let unknown = || Error::new(ErrorKind::System, "cannot determine user's home directory");
        self.path.as_deref().ok_or_else(unknown)
    }

    /// The path `end` inside it; none if neither the environment nor a known user tells the folder.
    ///
    /// # Errors
    /// Those of [`Home::path`], if the user is known.
    pub fn inside(&self, end: &[u8]) -> Result<Option<Vec<u8>>, Box<Error>> {
        match self.path() {
            Ok(path) => Ok(Some([path, end].concat())),
            Err(error) if self.is_known => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Where the user's data of Nix is; none if nobody knows.
    pub fn data_folder(&self, environment: Environment<'_>) -> Option<Vec<u8>> {
        match (environment.get("NIX_DATA_HOME"), environment.get("XDG_DATA_HOME")) {
            (Some(folder), _) => Some(folder.to_vec()),
            (None, Some(folder)) => Some([folder, b"/nix"].concat()),
            (None, None) => self.peek().map(|home| [home, b"/.local/share/nix"].concat()),
        }
    }

    /// The folder, for callers that may not need it; it prints no warning.
    pub fn peek(&self) -> Option<&[u8]> {
        self.path.as_deref()
    }

    /// The warning about it, once, after the folder has been used.
    pub fn take_warning(&self) -> Option<Vec<u8>> {
        if self.is_asked.get() { self.warning.take() } else { None }
    }
}

/// The owner of a folder; none if it does not exist.
fn owner(path: &[u8], current_dir: &[u8], io: &dyn Io) -> std::io::Result<Option<u32>> {
    if path.is_empty() {
        return Ok(None);
    }
    match io.owner(&paths::absolute(path, current_dir)) {
        Err(error) if access::means_absent(&error) => Ok(None),
        owner => owner,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::errors::highlight::filter_escapes;
    use crate::io::InMemory;

    /// Folders that belong to the user of a number.
    struct Owned(InMemory);

    impl Io for Owned {
        fn read_file(&self, path: &[u8]) -> std::io::Result<Vec<u8>> {
            self.0.read_file(path)
        }

        fn symlink_metadata(&self, path: &[u8]) -> std::io::Result<crate::io::Metadata> {
            self.0.symlink_metadata(path)
        }

        fn read_dir(&self, path: &[u8]) -> std::io::Result<Vec<crate::io::DirectoryEntry>> {
            self.0.read_dir(path)
        }

        fn read_link(&self, path: &[u8]) -> std::io::Result<Vec<u8>> {
            self.0.read_link(path)
        }

        fn owner(&self, path: &[u8]) -> std::io::Result<Option<u32>> {
            match path {
                b"/home/mine" | b"/t/mine" => Ok(Some(1)),
                b"/home/other" => Ok(Some(2)),
                b"/home/long" => Err(std::io::Error::from_raw_os_error(36)),
                _ => Err(std::io::ErrorKind::NotFound.into()),
            }
        }
    }

    /// The home folder of user 1 in `/t`, and what is said of it: what the reference said as root of folders of root
    /// and of nobody, with the names changed.
    #[track_caller]
    fn check(home: Option<&str>, registered_home: fn(u32) -> Option<Vec<u8>>, path: &str, warning: &str) {
        let variables: Vec<(OsString, OsString)> =
            home.iter().map(|home| (OsString::from("HOME"), OsString::from(home))).collect();
        let user = User { id: 1, registered_home };
        let io = Owned(InMemory::new());
        let found = Home::find(Environment(&variables), Some(&user), b"/t", &io);
        assert_eq!(found.take_warning(), None, "nothing has asked yet");
        let text = |bytes: &[u8]| String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned();
        let shown = match found.path() {
            Ok(path) => text(path),
            Err(error) => text(&error.message),
        };
        assert_eq!((shown.as_str(), text(&found.take_warning().unwrap_or_default()).as_str()), (path, warning));
        assert_eq!(found.take_warning(), None, "it is said once");
    }

    #[test]
    fn without_a_user_home_is_taken_as_it_is() {
        let variables = [(OsString::from("HOME"), OsString::from("/home/other"))];
        let home = Home::find(Environment(&variables), None, b"/t", &Owned(InMemory::new()));
        assert_eq!(home.path().ok(), Some(&b"/home/other"[..]));
        assert_eq!(home.take_warning(), None);
        let unknown = Home::find(Environment(&[]), None, b"/t", &InMemory::new());
        assert!(unknown.path().is_err() && unknown.inside(b"/x").is_ok_and(|path| path.is_none()));
    }

    #[test]
    fn the_home_folder_is_ones_own() {
        let r: fn(u32) -> Option<Vec<u8>> = |user| (user == 1).then(|| b"/r".to_vec());
        check(Some("/home/mine"), r, "/home/mine", "");
        check(Some("mine"), r, "mine", "");
        check(Some("/home/../absent"), r, "/home/../absent", "");
        check(Some(""), r, "", "");
        check(None, r, "/r", "");
        check(None, |_| None, "cannot determine user's home directory", "");
        check(None, |_| Some(Vec::new()), "cannot determine user's home directory", "");
        check(Some("/home/other"), |_| Some(b"/home/other".to_vec()), "/home/other", "");
        let words = "$HOME ('/home/other') is not owned by you, falling back to the one defined in the 'passwd' file \
                     ('/r')";
        check(Some("/home/other"), r, "/r", words);
        let words = "couldn't stat $HOME ('/home/long') for reason other than not existing, falling back to the one \
                     defined in the 'passwd' file: error: getting status of \"/home/long\": File name too long";
        check(Some("/home/long"), r, "/r", words);
    }
}
