//! `Process`: a program that answers each line with a line.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Why there is no line.
#[derive(Debug)]
pub(crate) enum Silence {
    /// It has ended.
    Ended,
    /// It takes too long.
    TooLong,
}

/// A program that answers each line with a line. With the value it ends, and all that it has started.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Sender<Vec<u8>>,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl Process {
    /// Starts a program with arguments. What it writes to standard error is seen.
    ///
    /// # Errors
    /// If there is no such program.
    pub(crate) fn start(program: &str, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        // In a group of its own, so that what it starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (lines, to_write) = channel();
        let (answered, answers) = channel();
        if let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) {
            thread::spawn(move || converse(stdin, stdout, &to_write, &answered));
        }
        Ok(Self { child, lines, answers })
    }

    /// The answer to a line, within a time.
    ///
    /// # Errors
    /// If there is none: then the process is of no use any more.
    pub(crate) fn ask(&mut self, line: Vec<u8>, patience: Duration) -> Result<Vec<u8>, Silence> {
        self.lines.send(line).map_err(|_| Silence::Ended)?;
        match self.answers.recv_timeout(patience) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(Silence::Ended),
            Err(RecvTimeoutError::Timeout) => Err(Silence::TooLong),
        }
    }
}

/// Passes lines on until there is no answer. A thread does it, since the process may neither read nor write.
fn converse(
    mut stdin: ChildStdin,
    stdout: ChildStdout,
    lines: &Receiver<Vec<u8>>,
    answers: &Sender<io::Result<Vec<u8>>>,
) {
    let mut found = BufReader::new(stdout).split(b'\n');
    for mut line in lines {
        line.push(b'\n');
        let written = stdin.write_all(&line).and_then(|()| stdin.flush());
        let answer = written.and_then(|()| found.next().unwrap_or(Err(io::ErrorKind::UnexpectedEof.into())));
        if answers.send(answer).is_err() {
            return;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(rustix::process::Pid::from_child(&self.child), KILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
const KILL: rustix::process::Signal = rustix::process::Signal::KILL;
