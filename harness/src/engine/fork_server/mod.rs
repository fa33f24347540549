//! Any program with nix-instantiate's flags behind a fork server: it is loaded and linked once, and forks for each
//! case.
//!
//! There are two kinds of server. One forks before the program's `main` and takes any arguments. The other forks where
//! the program first reads standard input, after the program's own start-up, and serves requests that differ in nothing
//! but standard input. A program reads its environment before either point, so each environment has servers of its own.
//! Where no server comes up, the program is started for each case, and [`Engine::notes`] says why.

mod injection;
mod library;
mod server;

use std::{
    collections::{BTreeSet, HashSet},
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use injection::Injection;
use server::{ForkPoint, Server};

use super::{
    Command, Engine, Identity, Limits, SpecError,
    command::{environment, from_status, outcome},
};
use crate::{
    case::{Request, Store},
    outcome::{Outcome, crash},
};

/// Idle servers that are kept; beyond these the one that has waited longest is ended.
const MOST_IDLE: usize = 32;

/// What all requests to one server have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    fork_point: ForkPoint,
    environment: Vec<(OsString, OsString)>,
    /// Arguments and working folder, where the server cannot change them any more.
    fixed: Option<(Vec<OsString>, PathBuf)>,
}

/// A program that forks for each case.
pub struct ForkServer {
    identity: Identity,
    /// The same program, a process a case.
    command: Command,
    /// How the program is started with our library in it, or why it cannot be.
    injection: Result<Injection, String>,
    idle: Mutex<Vec<(Key, Server)>>,
    /// Keys for which no server comes up, so that none is tried twice.
    refused: Mutex<HashSet<Key>>,
    notes: Mutex<BTreeSet<String>>,
    /// The most memory that a forked case had, in bytes.
    peak: AtomicU64,
}

impl ForkServer {
    /// The program at this path, or of this name on `PATH`; a case that takes more than `limits` is ended. The fork
    /// server's own library is compiled here if this machine has none yet.
    ///
    /// # Errors
    /// As [`Command::new`].
    pub fn new(program: &Path, limits: Limits) -> Result<ForkServer, SpecError> {
        ForkServer::with(library::file(), program, limits)
    }

    /// The same with this library in the program, or with none for this reason.
    fn with(library: Result<PathBuf, String>, program: &Path, limits: Limits) -> Result<ForkServer, SpecError> {
        let command = Command::new(program, limits)?;
        Ok(ForkServer::of(library, format!("fork:{}", program.display()), command))
    }

    /// The same around a program that is known already. Where no server comes up, a process is started for each case.
    pub(super) fn around(command: Command) -> ForkServer {
        ForkServer::of(library::file(), command.identity().engine.clone(), command)
    }

    fn of(library: Result<PathBuf, String>, engine: String, command: Command) -> ForkServer {
        let injection = library.and_then(|library| injection::find(command.program(), &library));
        let identity = Identity { engine, version: command.identity().version.clone() };
        let fork_server = ForkServer {
            identity,
            command,
            injection,
            idle: Mutex::default(),
            refused: Mutex::default(),
            notes: Mutex::default(),
            peak: AtomicU64::new(0),
        };
        if let Err(reason) = &fork_server.injection {
            fork_server.note(&format!("no fork server, so a process a case: {reason}"));
        }
        fork_server
    }

    fn note(&self, line: &str) {
        lock(&self.notes).insert(line.to_owned());
    }

    /// Keys that could serve this request, fastest first.
    fn keys(&self, request: &Request) -> Vec<Key> {
        let environment = environment(request);
        let mut keys = Vec::new();
        // `-` alone at the end makes the program read standard input, and what it read before that is settled by key.
        if request.arguments.last().is_some_and(|last| last == "-") {
            let fixed = Some((request.arguments.clone(), request.current_dir.clone()));
            keys.push(Key { fork_point: ForkPoint::StandardInput, environment: environment.clone(), fixed });
        }
        keys.push(Key { fork_point: ForkPoint::Main, environment, fixed: None });
        keys
    }

    /// A server for `key`: an idle one, or a new one. Nothing where none comes up.
    fn server(&self, key: &Key, injection: &Injection) -> Option<Server> {
        let mut idle = lock(&self.idle);
        if let Some(found) = idle.iter().position(|(of, _)| of == key) {
            return Some(idle.swap_remove(found).1);
        }
        drop(idle);
        if lock(&self.refused).contains(key) {
            return None;
        }
        match Server::start(injection, key.fork_point, &key.environment, key.fixed.as_ref()) {
            Ok(server) => Some(server),
            Err(reason) => {
                // A program that stops before it reads its input (a wrong flag, say) has the other server.
                if key.fork_point == ForkPoint::Main {
                    self.note(&format!("no fork server, so a process a case: {reason}"));
                }
                lock(&self.refused).insert(key.clone());
                None
            }
        }
    }

    fn put_back(&self, key: Key, server: Server) {
        let mut idle = lock(&self.idle);
        if idle.len() >= MOST_IDLE {
            idle.remove(0);
        }
        idle.push((key, server));
    }
}

impl Engine for ForkServer {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        // A case with a store of its own has an environment of its own: a server would be of use once.
        if request.store != Store::AsSaid {
            return self.command.evaluate(request);
        }
        let Ok(injection) = &self.injection else { return self.command.evaluate(request) };
        let limits = self.command.limits();
        for key in self.keys(request) {
            let Some(mut server) = self.server(&key, injection) else { continue };
            let start = Instant::now();
            match server.ask(request, key.fork_point, limits) {
                // The process that is started instead says why in its own way.
                Ok(answer) if answer.is_unready() => self.put_back(key, server),
                Ok(answer) => {
                    self.peak.fetch_max(u64::from(answer.memory) << 10, Ordering::Relaxed);
                    let flooded = answer.flooded(limits);
                    let ending = answer.limit.unwrap_or_else(|| from_status(answer.status));
                    self.put_back(key, server);
                    let ending = if flooded {
                        ending
                    } else {
                        crash::recognised(ending, &answer.stderr, self.command.crashes())
                    };
                    let streams = (answer.stdout, answer.stderr);
                    return outcome(request, limits, ending, flooded, streams, start.elapsed());
                }
                Err(error) => self.note(&format!("a fork server ended, and its case was asked of a process: {error}")),
            }
        }
        self.command.evaluate(request)
    }

    fn notes(&self) -> Vec<String> {
        lock(&self.notes).iter().cloned().collect()
    }

    fn peak_memory(&self) -> Option<u64> {
        Some(self.peak.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }
}

/// What a lock guards is whole after any panic: each change of it is one operation.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "../../../tests/common/faulty.rs"]
mod faulty;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::{faulty::FAULTY, *};
    use crate::outcome::Ending;

    /// How `word` ends at both places of a server that was built with these macros, within this time.
    fn check(macros: &[&str], word: &str, limits: Limits, expected: &Ending) {
        let fork = ForkServer::with(library::with(macros), &FAULTY, limits).expect("it starts");
        for last in ["-", "file.nix"] {
            let request = |word: &str| Request {
                arguments: ["--eval", last].map(Into::into).into(),
                environment: Vec::new(),
                current_dir: "/".into(),
                stdin: word.into(),
                ..Request::default()
            };
            let start = Instant::now();
            assert_eq!(fork.evaluate(&request(word)).ending, *expected, "{macros:?} {word} {last}");
            assert!(start.elapsed() < limits.clock + Duration::from_secs(15), "it took {:?}", start.elapsed());
            assert_eq!(fork.evaluate(&request("1")).stdout, b"1\n", "the case after {word}");
        }
        assert_eq!(fork.notes(), Vec::<String>::new(), "every case was forked, and by the same servers");
    }

    #[test]
    fn a_case_has_a_limit_with_and_without_handles_of_processes() {
        for macros in [&[][..], &["WITHOUT_PIDFD"]] {
            let (time, clock) = (Duration::from_secs(1), Duration::from_secs(2));
            let patient = Limits { clock: Duration::from_secs(120), ..Limits::of_time(time) };
            check(macros, "hang", Limits { clock, ..Limits::of_time(time) }, &Ending::Stalled(clock));
            check(macros, "spin", patient, &Ending::TimedOut(time));
            check(macros, "nap", patient, &Ending::Exited(0));
            check(macros, "1", Limits::of_time(Duration::from_secs(60)), &Ending::Exited(0));
        }
    }
}
