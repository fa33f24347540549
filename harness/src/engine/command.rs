//! Any program with nix-instantiate's flags: one process a case, with limits on time and output.

use std::{
    io::{self, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{self, Path, PathBuf},
    process::{self, Child, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use wait_timeout::ChildExt;

use super::{Engine, Identity, SpecError};
use crate::{
    case::Request,
    outcome::{Ending, Outcome},
};

/// More than this on one stream is a flood, not an answer.
const OUTPUT_BYTES: u64 = 64 << 20;

/// How long output may still arrive once the process has ended: only a descendant that outlives it can hold a pipe.
const LAST_OUTPUT: Duration = Duration::from_secs(2);

/// Variables a program may need to start at all. Everything else comes from the request.
const NEEDED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];

/// A program that is started anew for each case.
pub struct Command {
    identity: Identity,
    program: PathBuf,
    limit: Duration,
}

impl Command {
    /// The program at this path, or of this name on `PATH`; a case that takes longer than `limit` is ended.
    ///
    /// # Errors
    /// When it cannot be started, or does not print a version when asked `--version`.
    pub fn new(program: &Path, limit: Duration) -> Result<Command, SpecError> {
        let name = || program.display().to_string();
        let not_started = |source| SpecError::NotStarted { program: name(), source };
        // A relative path would be looked up in the case's folder. Links stay as they are: evaluators that are one
        // program under several names look at the name they are started by.
        let is_path = program.components().count() > 1;
        let absolute = if is_path { path::absolute(program).map_err(not_started)? } else { program.to_owned() };
        let identity = Identity { engine: format!("cmd:{}", program.display()), version: String::new() };
        let mut command = Command { identity, program: absolute, limit };
        let question = Request {
            arguments: vec!["--version".into()],
            environment: vec![("HOME".into(), "/nonexistent".into()), ("NIX_REMOTE".into(), "dummy://".into())],
            current_dir: "/".into(),
            stdin: Vec::new(),
        };
        let answer = command.start(&question).map_err(not_started)?;
        let version = String::from_utf8_lossy(&answer.stdout).lines().next().unwrap_or_default().trim().to_owned();
        if answer.ending != Ending::Exited(0) || version.is_empty() {
            let answer = answer.ending.to_string();
            return Err(SpecError::NoVersion { program: name(), answer });
        }
        command.identity.version = version;
        Ok(command)
    }

    fn start(&self, request: &Request) -> io::Result<Outcome> {
        let start = Instant::now();
        let mut command = process::Command::new(&self.program);
        command.env_clear();
        command.envs(NEEDED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // C++ Nix starts twice as fast with a single thread of its garbage collector, and answers the same.
        command.env("GC_MARKERS", "1");
        command.envs(request.environment.iter().map(|(name, value)| (name, value)));
        command.args(&request.arguments).current_dir(&request.current_dir);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what a wrapper script starts is ended with it.
        command.process_group(0);
        let mut child = command.spawn()?;

        if let Some(mut stdin) = child.stdin.take() {
            let input = request.stdin.clone();
            // A program that ends without reading all of its input breaks the pipe, which is its right.
            thread::spawn(move || stdin.write_all(&input));
        }
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let ending = self.ending(&mut child)?;
        let (stdout, flooded_stdout) = stdout.recv_timeout(LAST_OUTPUT).unwrap_or_default();
        let (stderr, flooded_stderr) = stderr.recv_timeout(LAST_OUTPUT).unwrap_or_default();
        let ending = if flooded_stdout || flooded_stderr {
            Ending::Exhausted(format!("more than {} MiB of output", OUTPUT_BYTES >> 20))
        } else {
            ending
        };
        Ok(Outcome { ending, stdout, stderr, elapsed: start.elapsed() })
    }

    /// Waits for the process, and ends it and all it started when the time is up.
    fn ending(&self, child: &mut Child) -> io::Result<Ending> {
        let status = child.wait_timeout(self.limit)?;
        if let Some(status) = status {
            return Ok(from_status(status));
        }
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // It fails only where the group is gone already, and then there is nothing to end.
            let _ = kill_process_group(group, Signal::KILL);
        }
        child.wait()?;
        Ok(Ending::TimedOut(self.limit))
    }
}

impl Engine for Command {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        self.start(request).unwrap_or_else(|error| Outcome {
            ending: Ending::NotStarted(error.to_string()),
            stdout: Vec::new(),
            stderr: Vec::new(),
            elapsed: Duration::ZERO,
        })
    }
}

fn from_status(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Signalled(signal.unwrap_or_default()),
    }
}

/// Reads a pipe to its end on a thread of its own: its bytes, and whether there were too many. Once there are, the
/// pipe is closed, and the writer learns of it.
fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<(Vec<u8>, bool)> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What came before an error of the pipe is what there is.
            let _ = pipe.take(OUTPUT_BYTES + 1).read_to_end(&mut bytes);
        }
        let flooded = bytes.len() as u64 > OUTPUT_BYTES;
        let _ = send.send((bytes, flooded));
    });
    receive
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of an evaluator that does what this shell script says.
    fn run(script: &str) -> Outcome {
        // The script travels in a variable: a program file that a test writes itself may still be open for writing in
        // a process that another test is just starting, and then it cannot be started.
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/scripted");
        let engine = Command::new(Path::new(program), Duration::from_secs(3)).expect("it tells its version");
        assert_eq!(engine.identity().version, "scripted (test) 1.0");
        engine.evaluate(&Request {
            arguments: vec!["--eval".into(), "a b".into()],
            environment: vec![("TEST_VAR".into(), "foo".into()), ("SCRIPT".into(), script.into())],
            current_dir: "/".into(),
            stdin: b"input\n".to_vec(),
        })
    }

    /// The ending, standard output and standard error of such a script.
    fn check(script: &str, ending: Ending, stdout: &str, stderr: &str) {
        let outcome = run(script);
        assert_eq!(outcome.ending, ending, "{script}");
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), stdout, "{script}");
        assert_eq!(String::from_utf8_lossy(&outcome.stderr), stderr, "{script}");
    }

    #[test]
    fn everything_of_the_request_arrives_and_everything_comes_back() {
        check("echo \"$2|$TEST_VAR|$(cat)\"; echo no >&2; exit 3", Ending::Exited(3), "a b|foo|input\n", "no\n");
        check("echo \"${HOME-unset}${NIX_PATH-unset}\"", Ending::Exited(0), "unsetunset\n", "");
    }

    #[test]
    fn a_crash_is_told() {
        check("echo so far; kill -SEGV $$", Ending::Signalled(11), "so far\n", "");
    }

    #[test]
    fn a_hang_is_ended_with_all_that_was_started() {
        let start = Instant::now();
        check("echo begun; sleep 600 & sleep 600", Ending::TimedOut(Duration::from_secs(3)), "begun\n", "");
        assert!(start.elapsed() < Duration::from_secs(60), "the sleeping child held its pipe: {:?}", start.elapsed());
    }

    #[test]
    fn a_flood_is_cut_off() {
        let outcome = run("exec yes");
        assert_eq!(outcome.ending, Ending::Exhausted("more than 64 MiB of output".to_owned()));
    }
}
