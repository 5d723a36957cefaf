//! What the kernel says: signed messages, put into line for the sockets. Nobody who says something waits for the network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::message::{Message, Signer, nothing};

/// The version of the protocol that is spoken.
pub(super) const PROTOCOL: &str = "5.5";

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Shell,
    Control,
    Stdin,
    Broadcast,
}

/// The frames of a message that waits to be sent.
pub(super) type Frames = Vec<Vec<u8>>;

/// The lines in front of the sockets.
#[derive(Clone)]
pub(super) struct Lines {
    pub(super) shell: UnboundedSender<Frames>,
    pub(super) control: UnboundedSender<Frames>,
    pub(super) stdin: UnboundedSender<Frames>,
    pub(super) broadcast: UnboundedSender<Frames>,
}

/// Signs what is said and puts it into line.
#[derive(Clone)]
pub(super) struct Outbox {
    lines: Lines,
    signer: Arc<Signer>,
    /// This kernel, as its messages name it.
    session: Arc<str>,
    /// The moment, in UTC, as ISO 8601 has it.
    now: fn() -> String,
    /// Bytes that wait to be broadcast.
    waiting: Arc<AtomicUsize>,
}

impl Outbox {
    pub(super) fn new(lines: Lines, signer: Arc<Signer>, now: fn() -> String, waiting: Arc<AtomicUsize>) -> Outbox {
        Outbox { lines, signer, session: Uuid::new_v4().to_string().into(), now, waiting }
    }

    /// Bytes that wait to be broadcast.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Answers a request.
    pub(super) fn reply(&self, channel: Channel, request: &Message, kind: &str, content: Json) {
        self.say(channel, request.identities.clone(), &request.header, kind, nothing(), content);
    }

    /// Tells all clients something; `parent` is the header of the request that it comes from.
    pub(super) fn publish(&self, parent: &Json, kind: &str, content: Json) {
        let topic = match (kind, content["name"].as_str()) {
            ("stream", Some(name)) => format!("stream.{name}"),
            _ => format!("kernel.{}.{kind}", self.session),
        };
        self.say(Channel::Broadcast, vec![topic.into_bytes()], parent, kind, nothing(), content);
    }

    /// Tells all clients whether it works for a request.
    pub(super) fn status(&self, parent: &Json, state: &str) {
        self.publish(parent, "status", json!({ "execution_state": state }));
    }

    /// Greets whoever listens from now on to what begins with `topic`.
    pub(super) fn welcome(&self, topic: &[u8]) -> Frames {
        let content = json!({ "subscription": String::from_utf8_lossy(topic) });
        self.frames(vec![topic.to_vec()], &nothing(), "iopub_welcome", nothing(), content)
    }

    /// Asks the client behind a request for a line.
    pub(super) fn ask(&self, request: &Message, prompt: &str) {
        let content = json!({ "prompt": prompt, "password": false });
        self.say(Channel::Stdin, request.identities.clone(), &request.header, "input_request", nothing(), content);
    }

    fn say(&self, channel: Channel, to: Frames, parent: &Json, kind: &str, metadata: Json, content: Json) {
        let frames = self.frames(to, parent, kind, metadata, content);
        let line = match channel {
            Channel::Shell => &self.lines.shell,
            Channel::Control => &self.lines.control,
            Channel::Stdin => &self.lines.stdin,
            Channel::Broadcast => {
                self.waiting.fetch_add(size(&frames), Ordering::Relaxed);
                &self.lines.broadcast
            }
        };
        // A line that is closed: the kernel is ending, and nobody listens any more.
        let _ = line.send(frames);
    }

    fn frames(&self, identities: Frames, parent: &Json, kind: &str, metadata: Json, content: Json) -> Frames {
        let header = json!({
            "msg_id": Uuid::new_v4().to_string(),
            "session": &*self.session,
            "username": "kernel",
            "date": (self.now)(),
            "msg_type": kind,
            "version": PROTOCOL,
        });
        let parent = parent.clone();
        self.signer.write(&Message { identities, header, parent, metadata, content, buffers: Vec::new() })
    }
}

/// Bytes of a message.
pub(super) fn size(frames: &Frames) -> usize {
    frames.iter().map(Vec::len).sum()
}
