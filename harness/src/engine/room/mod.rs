//! A store of a case's own: a folder that is made for one engine and one case, and thrown away.
//!
//! In the folder are an empty store, an empty home (fetchers keep caches there), and the files and archives that a
//! description names. The variable `ROOM` tells a program where it is; in outputs it is written `/room`.

mod files;

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use bstr::ByteSlice;
use tempfile::TempDir;

use super::Engine;
use crate::{
    case::{Request, Store},
    outcome::{Ending, Outcome},
};

/// Asks an engine in the store that the request wants.
pub fn ask(engine: &dyn Engine, request: &Request) -> Outcome {
    let Store::Fresh { files } = &request.store else { return engine.evaluate(request) };
    let room = match Room::new(files.as_deref()) {
        Ok(room) => room,
        Err(problem) => return Outcome::without_output(Ending::NotStarted(problem)),
    };
    let mut outcome = engine.evaluate(&room.request(request));
    for stream in [&mut outcome.stdout, &mut outcome.stderr] {
        *stream = stream.replace(room.0.path().as_os_str().as_bytes(), "/room");
    }
    outcome
}

/// The folder.
struct Room(TempDir);

impl Room {
    fn new(description: Option<&Path>) -> Result<Room, String> {
        let said = |error: std::io::Error| format!("no folder for the case's store could be made: {error}");
        let room = Room(tempfile::Builder::new().prefix("thunkproof-room-").tempdir().map_err(said)?);
        fs::create_dir(room.0.path().join("home")).map_err(said)?;
        if let Some(description) = description {
            files::make(description, room.0.path())?;
        }
        Ok(room)
    }

    /// The request as it is asked here.
    fn request(&self, request: &Request) -> Request {
        const OWN: [&str; 4] = ["NIX_REMOTE", "HOME", "ROOM", "NIX_STATE_DIR"];
        let path = |name: &str| self.0.path().join(name).into_os_string();
        let is_own = |name: &OsStr| OWN.iter().any(|own| name == *own);
        let mut environment: Vec<(OsString, OsString)> =
            request.environment.iter().filter(|(name, _)| !is_own(name)).cloned().collect();
        let mut store = OsString::from("local?root=");
        store.push(path("store"));
        environment.push(("NIX_REMOTE".into(), store));
        environment.push(("HOME".into(), path("home")));
        environment.push(("ROOM".into(), self.0.path().into()));
        // Without a group of builders, and without places that a network would be asked for.
        const SETTINGS: &str = "build-users-group =\nsubstituters =\n";
        match environment.iter_mut().find(|(name, _)| name == "NIX_CONFIG") {
            Some((_, value)) => {
                value.push("\n");
                value.push(SETTINGS);
            }
            None => environment.push(("NIX_CONFIG".into(), SETTINGS.into())),
        }
        Request { environment, ..request.clone() }
    }
}

impl Drop for Room {
    /// What a store holds may not be written to, and folders that may not be written to cannot be emptied.
    fn drop(&mut self) {
        for entry in walkdir::WalkDir::new(self.0.path()).into_iter().flatten() {
            if entry.file_type().is_dir() {
                // What cannot be removed stays in the system's folder for temporary files.
                let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Embedded, Limits};
    use std::time::Duration;

    #[test]
    fn a_case_finds_its_files_and_its_store_is_empty_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let description = folder.path().join("files.toml");
        let text = "[[file]]\nname = \"x/a\"\ntext = \"1 + 1\"\n\n[[archive]]\nname = \"a.tar.gz\"\n\
                    members = [{ dir = \"p\" }, { file = \"p/default.nix\", text = \"7\", mode = 493 }]\n";
        fs::write(&description, text).expect("it can be written");
        let program = "let r = builtins.getEnv \"ROOM\"; in \
                       [ (import (r + \"/x/a\")) (import (fetchTarball \"file://${r}/a.tar.gz\")) r ]";
        let request = Request {
            arguments: ["--eval", "--strict", "--expr", program].map(OsString::from).into(),
            environment: vec![("NIX_CONF_DIR".into(), "/nonexistent".into()), ("NIX_PATH".into(), "".into())],
            current_dir: folder.path().to_owned(),
            stdin: Vec::new(),
            count_work: false,
            store: Store::Fresh { files: Some(description) },
        };
        let outcome = ask(&Embedded::new(Limits::of_time(Duration::from_secs(60))), &request);
        let shown = String::from_utf8_lossy(&outcome.stdout).into_owned();
        assert_eq!(shown, "[ 2 7 \"/room\" ]\n", "{}", String::from_utf8_lossy(&outcome.stderr));
    }

    #[test]
    fn a_wrong_description_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let description = folder.path().join("files.toml");
        for text in ["[[file]]\nname = \"../x\"\ntext = \"\"", "[[archive]]\nname = \"a.rar\"\nmembers = []", "x"] {
            fs::write(&description, text).expect("it can be written");
            let problem = Room::new(Some(&description)).err().expect("it is wrong");
            assert!(problem.contains("files.toml"), "{problem}");
        }
    }
}
