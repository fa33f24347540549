//! Runs a program once, as a process, and reads what the system counted for it: CPU time and peak memory.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use serde::{Serialize, Serializer};
use wait4::Wait4;

use super::Workload;

/// What one run took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    /// CPU time of the program's own.
    #[serde(rename = "user_seconds", serialize_with = "seconds")]
    pub user: Duration,
    /// CPU time of the system on its behalf.
    #[serde(rename = "system_seconds", serialize_with = "seconds")]
    pub system: Duration,
    /// Time on the clock.
    #[serde(rename = "wall_seconds", serialize_with = "seconds")]
    pub wall: Duration,
    /// The most memory that was resident, in bytes; never less than [`floor_of_memory`].
    pub peak_bytes: u64,
}

impl Sample {
    /// User and system time together.
    pub fn cpu(&self) -> Duration {
        self.user + self.system
    }
}

fn seconds<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(duration.as_secs_f64())
}

/// A run that has ended.
pub(super) struct Ran {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) sample: Sample,
}

/// Runs the program once, alone. Output goes to files, so that nothing of ours runs meanwhile.
pub(super) fn run(program: &Path, workload: &Workload, cpu_limit: u32) -> io::Result<Ran> {
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut command = Command::new(program);
    command.env_clear().envs(workload.environment.iter().cloned());
    command.args(&workload.arguments).current_dir(&workload.current_dir);
    command.stdin(input(&workload.stdin)?).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let start = Instant::now();
    let child = command.spawn()?;
    limit(child.id(), cpu_limit);
    let ended = child.wait4()?;
    let wall = start.elapsed();
    let usage = ended.rusage;
    let sample = Sample { user: usage.utime, system: usage.stime, wall, peak_bytes: usage.maxrss };
    Ok(Ran { status: ended.status, stdout: content(&mut stdout)?, stderr: content(&mut stderr)?, sample })
}

/// A file with this content, or nothing.
fn input(bytes: &[u8]) -> io::Result<Stdio> {
    if bytes.is_empty() {
        return Ok(Stdio::null());
    }
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}

fn content(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Has the system end a process that takes more CPU time than this.
#[cfg(target_os = "linux")]
fn limit(process: u32, seconds: u32) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return };
    let limit = Rlimit { current: Some(seconds.into()), maximum: Some(u64::from(seconds) + 1) };
    // It fails only where the process has ended already.
    let _ = prlimit(Some(process), Resource::Cpu, limit);
}

#[cfg(not(target_os = "linux"))]
fn limit(_: u32, _: u32) {}

/// The least peak that can be told, in bytes: a process begins as a copy of this one, and the system counts the copy.
///
/// # Errors
/// When `true` cannot be run.
pub fn floor_of_memory() -> io::Result<u64> {
    Ok(Command::new("true").spawn()?.wait4()?.rusage.maxrss)
}
