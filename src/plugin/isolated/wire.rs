//! The messages between a session and the child process of a plugin: a length, then JSON.

use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};

use regulars_plugin::{Date, Failure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a child is told.
#[derive(Serialize, Deserialize)]
pub(super) enum ToChild {
    /// Work.
    Ask(Ask),
    /// Stop working.
    Cancel,
}

/// What a plugin is asked; its tables lie in files.
#[derive(Serialize, Deserialize)]
pub(super) struct Ask {
    pub(super) function: usize,
    pub(super) method: Option<usize>,
    pub(super) tables: usize,
    pub(super) has_model_table: bool,
    pub(super) model: Option<String>,
    pub(super) options: String,
    pub(super) seed: u64,
    pub(super) today: Date,
}

/// What a child tells.
#[derive(Serialize, Deserialize)]
pub(super) enum FromChild {
    /// The library is loaded, and this is what it tells of itself.
    Hello { abi: u32, name: String, version: String, manuals: String },
    /// How far the work has come.
    Progress { done: u64, total: u64, what: String },
    /// What the user should know.
    Warn(String),
    /// The answer; which of its tables are there, in files.
    Answered { text: String, tables: Vec<bool> },
    /// Why there is none.
    Failed(Failure),
}

/// One end of the line between the two.
pub(super) struct Wire {
    stream: UnixStream,
    /// A message is written whole before the next one.
    turn: Mutex<()>,
}

impl Wire {
    /// A line, and the end of it that is given to a child as its standard input.
    pub(super) fn pair() -> std::io::Result<(Wire, OwnedFd)> {
        let (ours, theirs) = UnixStream::pair()?;
        Ok((Wire::over(ours), theirs.into()))
    }

    /// The end that this process was given as its standard input.
    pub(super) fn given() -> std::io::Result<Wire> {
        let end = std::io::stdin().as_fd().try_clone_to_owned()?;
        Ok(Wire::over(UnixStream::from(end)))
    }

    fn over(stream: UnixStream) -> Wire {
        Wire { stream, turn: Mutex::new(()) }
    }

    /// The same end once more, for another thread.
    pub(super) fn another(&self) -> std::io::Result<Wire> {
        self.stream.try_clone().map(Wire::over)
    }

    /// Sends a message.
    pub(super) fn write(&self, message: &impl Serialize) -> std::io::Result<()> {
        let text = serde_json::to_vec(message)?;
        let mut whole = (text.len() as u64).to_le_bytes().to_vec();
        whole.extend(text);
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        (&self.stream).write_all(&whole)
    }

    /// Waits for a message; none where the other end is gone.
    pub(super) fn read<Message: DeserializeOwned>(&self) -> std::io::Result<Option<Message>> {
        let mut length = [0; 8];
        if (&self.stream).read_exact(&mut length).is_err() {
            return Ok(None);
        }
        let mut text = Vec::new();
        let length = u64::from_le_bytes(length);
        // As it comes: a length that a broken child made up reserves no memory.
        (&self.stream).take(length).read_to_end(&mut text)?;
        if text.len() as u64 != length {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&text)?))
    }
}
