//! One running fork server, and our side of the protocol; `server.c` describes it.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    os::{
        fd::OwnedFd,
        unix::{
            ffi::OsStrExt,
            net::UnixStream,
            process::{CommandExt, ExitStatusExt},
        },
    },
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Injection, Limits};
use crate::{case::Request, outcome::Ending};

/// What a server says first.
const HELLO: u32 = 0x5450_4631;

/// The exit status of a case that could not be begun.
const UNREADY: i32 = 125;

/// The variable that tells the server where to fork.
const SWITCH: &str = "THUNKPROOF_FORK_SERVER";

/// How long a program may take to come up, on a busy machine too.
const START: Duration = Duration::from_secs(20);

/// How much longer than its case a server may take to answer.
const GRACE: Duration = Duration::from_secs(20);

/// Where a server forks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ForkPoint {
    /// Before the program's `main`.
    Main,
    /// Where the program first reads standard input.
    StandardInput,
}

/// A running server. Dropping it ends it, and with it whatever it was doing.
pub(super) struct Server {
    process: Child,
    channel: UnixStream,
}

/// What came of one request.
pub(super) struct Answer {
    pub status: ExitStatus,
    /// The limit of time that was reached, where one was.
    pub limit: Option<Ending>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The most memory that the case had, in KiB.
    pub memory: u32,
}

impl Answer {
    /// Whether the case could not even be begun, for its working folder is not there.
    pub fn is_unready(&self) -> bool {
        self.status.code() == Some(UNREADY) && self.stderr.starts_with(b"fork server: ")
    }

    /// Whether there was more output than allowed. The system stops a file one byte beyond the limit.
    pub fn flooded(&self, limits: Limits) -> bool {
        self.stdout.len().max(self.stderr.len()) > (limits.output_mib as usize) << 20
    }
}

impl Server {
    /// Starts a server for requests with this environment; `fixed` are their arguments and working folder, where the
    /// server forks too late to change them. Where it does not come up, why.
    pub fn start(
        injection: &Injection,
        fork_point: ForkPoint,
        environment: &[(OsString, OsString)],
        fixed: Option<&(Vec<OsString>, PathBuf)>,
    ) -> Result<Server, String> {
        let (channel, theirs) = UnixStream::pair().map_err(|error| error.to_string())?;
        let output = theirs.try_clone().map_err(|error| error.to_string())?;
        let mut command = Command::new(&injection.program);
        command.args(&injection.arguments).env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.envs(injection.environment.iter().map(|(name, value)| (name, value)));
        command.env(SWITCH, if fork_point == ForkPoint::Main { "main" } else { "stdin" });
        if let Some(library) = &injection.preload {
            command.env("LD_PRELOAD", library);
        }
        match fixed {
            Some((arguments, folder)) => command.args(arguments).current_dir(folder),
            // Were the library not to come in, this ends the program at once.
            None => command.arg("--version").current_dir("/"),
        };
        command.stdin(OwnedFd::from(theirs)).stdout(OwnedFd::from(output)).stderr(Stdio::null()).process_group(0);
        let process = command.spawn().map_err(|error| format!("cannot start it: {error}"))?;
        // The ends that the server has must not stay open here, or its end would go unnoticed.
        drop(command);
        let mut server = Server { process, channel };
        server.channel.set_read_timeout(Some(START)).map_err(|error| error.to_string())?;
        match server.number() {
            Ok(HELLO) => Ok(server),
            Ok(_) => Err("the program ran without it (is it linked statically?)".to_owned()),
            Err(error) => Err(format!("it does not come up: {error}")),
        }
    }

    /// Puts one request to the server.
    ///
    /// # Errors
    /// When the server is gone or does not answer; then it is of no further use.
    pub fn ask(&mut self, request: &Request, fork_point: ForkPoint, limits: Limits) -> io::Result<Answer> {
        self.channel.set_read_timeout(Some(limits.clock.saturating_add(GRACE)))?;
        let (arguments, folder): (&[OsString], &[u8]) = match fork_point {
            ForkPoint::Main => (&request.arguments, request.current_dir.as_os_str().as_bytes()),
            ForkPoint::StandardInput => (&[], b""),
        };
        let milliseconds = |limit: Duration| u32::try_from(limit.as_millis()).unwrap_or(u32::MAX);
        let (time, clock) = (milliseconds(limits.time), milliseconds(limits.clock));
        let header = [length(arguments.len())?, time, limits.memory_mib.unwrap_or(0), limits.output_mib, clock];
        let mut message: Vec<u8> = header.iter().flat_map(|number| number.to_ne_bytes()).collect();
        let mut blob = |bytes: &[u8]| {
            message.extend(length(bytes.len())?.to_ne_bytes());
            message.extend(bytes);
            Ok::<(), io::Error>(())
        };
        blob(folder)?;
        for argument in arguments {
            blob(argument.as_bytes())?;
        }
        blob(&request.stdin)?;
        self.channel.write_all(&message)?;

        let status = ExitStatus::from_raw(self.number()?.cast_signed());
        let limit = match self.number()? {
            0 => None,
            1 => Some(Ending::TimedOut(limits.time)),
            _ => Some(Ending::Stalled(limits.clock)),
        };
        let (stdout, stderr, memory) = (self.number()?, self.number()?, self.number()?);
        let mut bytes = |count: u32| {
            let mut bytes = vec![0; count as usize];
            self.channel.read_exact(&mut bytes).map(|()| bytes)
        };
        let stdout = bytes(stdout)?;
        let stderr = bytes(stderr)?;
        Ok(Answer { status, limit, stdout, stderr, memory })
    }

    fn number(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.channel.read_exact(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its child asks the system to end with it.
        if let Some(group) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

/// A length as the protocol has it.
fn length(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a request of 4 GiB or more"))
}
