//! Any program with nix-instantiate's flags: one process a case, with limits on time, memory and output.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{self, Path, PathBuf},
    process::{self, Child, ExitStatus, Stdio},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use regex::Regex;
use rustix::{
    io::retry_on_intr,
    process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid},
};

use super::{Engine, Identity, Limits, SpecError, clock, introduction};
use crate::{
    case::Request,
    outcome::{Ending, Outcome, crash, error, work},
};

/// How long output may still arrive once the process has ended: only a descendant that outlives it can hold a pipe.
const LAST_OUTPUT: Duration = Duration::from_secs(2);

/// Variables a program may need to start at all. Everything else comes from the request.
const NEEDED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];

/// The process groups of cases that are being answered.
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Ends every process that was started for a case: for a harness that is about to end itself.
pub fn end_all() {
    for group in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // It fails only where the group is gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// A program that is started anew for each case.
pub struct Command {
    identity: Identity,
    program: PathBuf,
    limits: Limits,
    /// Text by which its crashes are known, beside that of common runtimes.
    crashes: Vec<Regex>,
}

impl Command {
    /// The program at this path, or of this name on `PATH`; a case that takes more than `limits` is ended.
    ///
    /// # Errors
    /// When it cannot be started, does not print a version when asked `--version`, or does not evaluate.
    pub fn new(program: &Path, limits: Limits) -> Result<Command, SpecError> {
        let command = Command::asking(program, vec!["--version".into()], limits)?;
        introduction::check(&command, &program.display().to_string())?;
        Ok(command)
    }

    /// The program that tells its version when given these arguments; what else it understands is not known yet.
    pub(super) fn asking(program: &Path, question: Vec<OsString>, limits: Limits) -> Result<Command, SpecError> {
        let name = || program.display().to_string();
        let not_started = |source| SpecError::NotStarted { program: name(), source };
        let mut command = Command::called(program, String::new(), limits)?;
        let request = Request {
            arguments: question,
            environment: vec![("HOME".into(), "/nonexistent".into()), ("NIX_REMOTE".into(), "dummy://".into())],
            current_dir: "/".into(),
            ..Request::default()
        };
        let answer = command.start(&request).map_err(not_started)?;
        let version = String::from_utf8_lossy(&answer.stdout).lines().next().unwrap_or_default().trim().to_owned();
        if answer.ending != Ending::Exited(0) || version.is_empty() {
            let words: Vec<_> = request.arguments.iter().map(|word| word.to_string_lossy()).collect();
            let question = format!("`{}`", words.join(" "));
            return Err(SpecError::NoVersion { program: name(), question, answer: answer.ending.to_string() });
        }
        command.identity.version = version;
        Ok(command)
    }

    /// The program, which is of this version and has not been started yet.
    pub(super) fn called(program: &Path, version: String, limits: Limits) -> Result<Command, SpecError> {
        let not_started = |source| SpecError::NotStarted { program: program.display().to_string(), source };
        // A relative path would be looked up in the case's folder. Links stay as they are: evaluators that are one
        // program under several names look at the name they are started by.
        let is_path = program.components().count() > 1;
        let absolute = if is_path { path::absolute(program).map_err(not_started)? } else { program.to_owned() };
        let identity = Identity { engine: format!("cmd:{}", program.display()), version };
        Ok(Command { identity, program: absolute, limits, crashes: Vec::new() })
    }

    /// The same, whose crashes are known by these texts, too.
    pub(super) fn with_crashes(self, crashes: Vec<Regex>) -> Command {
        Command { crashes, ..self }
    }

    /// The program, as it is started.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Text by which its crashes are known, beside that of common runtimes.
    pub(super) fn crashes(&self) -> &[Regex] {
        &self.crashes
    }

    /// The limits of a case.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    fn start(&self, request: &Request) -> io::Result<Outcome> {
        let start = Instant::now();
        let mut command = process::Command::new(&self.program);
        command.env_clear().envs(environment(request));
        command.args(&request.arguments).current_dir(&request.current_dir);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what a wrapper script starts is ended with it.
        command.process_group(0);
        let mut child = command.spawn()?;
        self.limit(&child);
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(group_of(&child));

        if let Some(mut stdin) = child.stdin.take() {
            let input = request.stdin.clone();
            // A program that ends without reading all of its input breaks the pipe, which is its right.
            thread::spawn(move || stdin.write_all(&input));
        }
        let most = u64::from(self.limits.output_mib) << 20;
        let stdout = collect(child.stdout.take(), most);
        let stderr = collect(child.stderr.take(), most);
        let ending = ending(&mut child, self.limits, || {})?;
        let (stdout, flooded_stdout) = stdout.recv_timeout(LAST_OUTPUT).unwrap_or_default();
        let (stderr, flooded_stderr) = stderr.recv_timeout(LAST_OUTPUT).unwrap_or_default();
        let flooded = flooded_stdout || flooded_stderr;
        let ending = if flooded { ending } else { crash::recognised(ending, &stderr, &self.crashes) };
        Ok(outcome(request, self.limits, ending, flooded, (stdout, stderr), start.elapsed()))
    }

    /// Sets the limit of memory on a process that has just been started, from outside, because nothing of ours can run
    /// between its fork and the program it becomes.
    #[cfg(target_os = "linux")]
    fn limit(&self, child: &Child) {
        use rustix::process::{Resource, Rlimit, prlimit};
        let set = |resource, most| {
            let limit = Rlimit { current: Some(most), maximum: Some(most) };
            // It fails only where the process has ended already, or where a stricter limit holds.
            let _ = prlimit(Some(group_of(child)), resource, limit);
        };
        set(Resource::Core, 0);
        if let Some(memory) = self.limits.memory_mib {
            set(Resource::As, u64::from(memory) << 20);
        }
    }

    /// Other systems limit no other process from outside.
    #[cfg(not(target_os = "linux"))]
    fn limit(&self, _child: &Child) {}
}

/// The process group of a child that leads one: its own number.
fn group_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// Waits for the leader of a process group, or ends the group when its time is up; then ends all that the leader
/// started, and reaps it. `before_kill` is called before the group is ended.
///
/// A group has the number of its leader, and the system may give that number away as soon as the leader is reaped. So
/// the leader stays unreaped until its group has been ended, and until nothing here knows the number any more.
fn ending(child: &mut Child, limits: Limits, before_kill: impl FnOnce()) -> io::Result<Ending> {
    let group = group_of(child);
    let (send, ended) = mpsc::channel();
    // The system has no wait that ends by itself, so another thread waits, and never longer than the leader lives.
    let waiter = thread::spawn(move || {
        let how = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let waited = retry_on_intr(|| waitid(WaitId::Pid(group), how)).map(drop);
        // Nobody listens once the time is up.
        let _ = send.send(waited);
    });
    let in_time = clock::within(limits, || clock::of_group(group), |time| ended.recv_timeout(time).ok());
    before_kill();
    // It fails only where nothing of the group lives any more, and then there is nothing to end.
    let _ = kill_process_group(group, Signal::KILL);
    // Whether or not the group could be ended, only the leader's end frees its number.
    let _ = waiter.join();
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| *other != group);
    let status = child.wait()?;
    match in_time {
        Ok(waited) => waited.map(|()| from_status(status)).map_err(io::Error::from),
        Err(limit) => Ok(limit),
    }
}

/// The whole environment of a request, with what a program needs to start at all.
pub(super) fn environment(request: &Request) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<(OsString, OsString)> =
        NEEDED.iter().filter_map(|name| Some(((*name).into(), std::env::var_os(name)?))).collect();
    // C++ Nix starts twice as fast with a single thread of its garbage collector, and answers the same.
    variables.push(("GC_MARKERS".into(), "1".into()));
    if request.count_work {
        variables.push((work::VARIABLE.into(), "1".into()));
    }
    variables.extend(request.environment.iter().cloned());
    variables
}

/// What a program's end and its output come to, however it was run.
pub(super) fn outcome(
    request: &Request,
    limits: Limits,
    ending: Ending,
    flooded: bool,
    (stdout, mut stderr): (Vec<u8>, Vec<u8>),
    elapsed: Duration,
) -> Outcome {
    let work = if request.count_work { work::take(&mut stderr) } else { None };
    let ending = match (ending, limits.memory_mib) {
        (limit @ (Ending::TimedOut(_) | Ending::Stalled(_)), _) => limit,
        _ if flooded => Ending::Exhausted(format!("more than {} MiB of output", limits.output_mib)),
        (Ending::Exited(status), Some(memory)) if status != 0 && error::is_out_of_memory(&stderr) => {
            Ending::Exhausted(format!("more than {memory} MiB of memory"))
        }
        (Ending::Signalled(_) | Ending::Crashed(_), Some(memory)) if error::is_out_of_memory(&stderr) => {
            Ending::Exhausted(format!("more than {memory} MiB of memory"))
        }
        (ending, _) => ending,
    };
    Outcome { ending, stdout, stderr, elapsed, work }
}

impl Engine for Command {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        self.start(request).unwrap_or_else(|error| Outcome::not_started(error.to_string()))
    }
}

/// How a process with this status ended.
pub(super) fn from_status(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Signalled(signal.unwrap_or_default()),
    }
}

/// Reads a pipe to its end on a thread of its own: its bytes, and whether there were too many. Once there are, the
/// pipe is closed, and the writer learns of it.
fn collect(pipe: Option<impl Read + Send + 'static>, most: u64) -> mpsc::Receiver<(Vec<u8>, bool)> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What came before an error of the pipe is what there is.
            let _ = pipe.take(most + 1).read_to_end(&mut bytes);
        }
        let flooded = bytes.len() as u64 > most;
        let _ = send.send((bytes, flooded));
    });
    receive
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Crash;

    const LIMITS: Limits = Limits { clock: Duration::from_secs(12), ..Limits::of_time(Duration::from_secs(3)) };

    /// What comes of an evaluator that does what this shell script says.
    fn run(script: &str, limits: Limits) -> Outcome {
        // The script travels in a variable: a program file that a test writes itself may still be open for writing in
        // a process that another test is just starting, and then it cannot be started.
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/scripted");
        let engine = Command::new(Path::new(program), limits).expect("it evaluates");
        assert_eq!(engine.identity().version, "scripted (test) 1.0");
        engine.evaluate(&Request {
            arguments: vec!["--eval".into(), "a b".into()],
            environment: vec![("TEST_VAR".into(), "foo".into()), ("SCRIPT".into(), script.into())],
            current_dir: "/".into(),
            stdin: b"input\n".to_vec(),
            ..Request::default()
        })
    }

    /// The ending, standard output and standard error of such a script.
    fn check(script: &str, ending: Ending, stdout: &str, stderr: &str) {
        check_within(LIMITS, script, ending, stdout, stderr);
    }

    fn check_within(limits: Limits, script: &str, ending: Ending, stdout: &str, stderr: &str) {
        let outcome = run(script, limits);
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
        let panic = "thread 'main' ($$) panicked at src/vm.rs:3:4:";
        let outcome = run(&format!("echo \"{panic}\" >&2; echo no slot 7 >&2; exit 101"), LIMITS);
        let crash = Crash { message: "panic: no slot 7".to_owned(), place: Some("src/vm.rs:3:4".to_owned()) };
        assert_eq!(outcome.ending, Ending::Crashed(crash));
        check("echo so far; kill -SEGV $$", Ending::Signalled(11), "so far\n", "");
    }

    #[test]
    fn a_hang_is_ended_with_all_that_was_started() {
        let start = Instant::now();
        check("echo begun; sleep 600 & sleep 600", Ending::Stalled(LIMITS.clock), "begun\n", "");
        assert!(start.elapsed() < Duration::from_secs(60), "the sleeping child held its pipe: {:?}", start.elapsed());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_what_is_used_counts_of_whoever_uses_it() {
        let limits = Limits { clock: Duration::from_secs(120), ..Limits::of_time(Duration::from_secs(1)) };
        check_within(limits, "sleep 3; echo 1", Ending::Exited(0), "1\n", "");
        check_within(limits, "while :; do :; done", Ending::TimedOut(limits.time), "", "");
        check_within(limits, "(while :; do :; done)", Ending::TimedOut(limits.time), "", "");
    }

    #[test]
    fn a_group_is_ended_while_its_leader_still_has_the_number() {
        let check = |script: &str, limit: Duration, state: &str, expected: Ending| {
            let mut command = process::Command::new("/bin/sh");
            let mut leader = command.args(["-c", script]).process_group(0).spawn().expect("there is a shell");
            let stat = format!("/proc/{}/stat", leader.id());
            let state_of = |stat: &str| {
                let text = std::fs::read_to_string(stat).ok()?;
                Some(text.rsplit_once(") ")?.1.chars().next()?.to_string())
            };
            let mut seen = None;
            let limits = Limits { clock: limit, ..Limits::of_time(limit) };
            let came = ending(&mut leader, limits, || seen = state_of(&stat)).expect("it can be waited for");
            assert_eq!(came, expected, "{script}");
            if cfg!(target_os = "linux") {
                assert_eq!(seen.as_deref(), Some(state), "{script}: the leader when its group is ended");
                assert_eq!(state_of(&stat), None, "{script}: the leader is reaped in the end");
            }
        };
        // A zombie keeps its number from everybody else.
        check("exit 3", Duration::from_secs(60), "Z", Ending::Exited(3));
        check("kill -TERM $$", Duration::from_secs(60), "Z", Ending::Signalled(15));
        let short = Duration::from_millis(300);
        check("exec sleep 600", short, "S", Ending::Stalled(short));
    }

    #[test]
    fn what_a_leader_leaves_behind_is_ended() {
        let outcome = run("sleep 600 >/dev/null 2>&1 & echo $!", LIMITS);
        assert_eq!(outcome.ending, Ending::Exited(0));
        let left = String::from_utf8(outcome.stdout).expect("text").trim().parse().expect("a number");
        let left = Pid::from_raw(left).expect("a process");
        let start = Instant::now();
        // It is reaped by whoever adopts it, in its own time.
        let is_gone = || match std::fs::read_to_string(format!("/proc/{}/stat", left.as_raw_nonzero())) {
            Ok(stat) => stat.contains(") Z "),
            Err(_) => rustix::process::test_kill_process(left) == Err(rustix::io::Errno::SRCH),
        };
        while !is_gone() {
            assert!(start.elapsed() < Duration::from_secs(20), "process {left:?} lives on");
            thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn a_flood_is_cut_off() {
        let outcome = run("exec yes", LIMITS);
        assert_eq!(outcome.ending, Ending::Exhausted("more than 64 MiB of output".to_owned()));
    }
}
