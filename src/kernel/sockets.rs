//! The five sockets. Each has a task that reads and sends; what is read goes to the queue of the worker, to the control
//! desk, or to whoever waits for a line that is typed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use regulars_plugin::{Failure, Result};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeromq::{RepSocket, RouterSocket, Socket, SocketRecv, SocketSend, XPubSocket, ZmqError, ZmqMessage};

use super::connection::Connection;
use super::message::{Message, Signer};
use super::outbox::{Frames, Lines, Outbox, size};

/// What is said while nobody may wait for the network: what came in wrong.
pub(super) type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// The sockets, bound, before anything is read from them.
pub(super) struct Sockets {
    shell: RouterSocket,
    control: RouterSocket,
    stdin: RouterSocket,
    broadcast: XPubSocket,
    heartbeat: RepSocket,
    lines: Ends,
}

/// The other ends of the lines.
struct Ends {
    shell: UnboundedReceiver<Frames>,
    control: UnboundedReceiver<Frames>,
    stdin: UnboundedReceiver<Frames>,
    broadcast: UnboundedReceiver<Frames>,
}

/// Whom the messages of a socket go to.
pub(super) type Desk = Arc<dyn Fn(Message) + Send + Sync>;

impl Sockets {
    /// Binds every socket; the lines lead to them.
    pub(super) async fn bind(connection: &Connection) -> Result<(Sockets, Lines)> {
        let shell = bound(connection, connection.shell_port).await?;
        let control = bound(connection, connection.control_port).await?;
        let stdin = bound(connection, connection.stdin_port).await?;
        let broadcast = bound(connection, connection.iopub_port).await?;
        let heartbeat = bound(connection, connection.hb_port).await?;
        let (to_shell, from_shell) = unbounded_channel();
        let (to_control, from_control) = unbounded_channel();
        let (to_stdin, from_stdin) = unbounded_channel();
        let (to_broadcast, from_broadcast) = unbounded_channel();
        let ends = Ends { shell: from_shell, control: from_control, stdin: from_stdin, broadcast: from_broadcast };
        let sockets = Sockets { shell, control, stdin, broadcast, heartbeat, lines: ends };
        Ok((sockets, Lines { shell: to_shell, control: to_control, stdin: to_stdin, broadcast: to_broadcast }))
    }

    /// Reads and sends from now on, each socket in a task of its own.
    pub(super) fn serve(
        self,
        desks: Desks,
        signer: &Arc<Signer>,
        outbox: &Outbox,
        waiting: Arc<AtomicUsize>,
        log: &Log,
    ) {
        let answers = desks.answers;
        let answer: Desk = Arc::new(move |message| {
            // Nobody waits for a line: it came too late.
            let _ = answers.send(message);
        });
        for (socket, line, desk) in [
            (self.shell, self.lines.shell, desks.shell),
            (self.control, self.lines.control, desks.control),
            (self.stdin, self.lines.stdin, answer),
        ] {
            tokio::spawn(converse(socket, line, desk, Arc::clone(signer), Arc::clone(log)));
        }
        tokio::spawn(broadcast(self.broadcast, self.lines.broadcast, outbox.clone(), waiting));
        tokio::spawn(beat(self.heartbeat));
    }
}

/// Whom messages go to, by their socket.
pub(super) struct Desks {
    pub(super) shell: Desk,
    pub(super) control: Desk,
    pub(super) answers: mpsc::Sender<Message>,
}

async fn bound<S: Socket>(connection: &Connection, port: u16) -> Result<S> {
    let address = connection.address(port);
    let mut socket = S::new();
    match socket.bind(&address).await {
        Ok(_) => Ok(socket),
        Err(error) => Err(Failure::new(format!("the kernel cannot listen at {address}: {error}"))
            .help("another program may use the port: start the kernel again, and Jupyter chooses others")),
    }
}

/// Reads requests and sends answers.
async fn converse(
    socket: RouterSocket,
    mut line: UnboundedReceiver<Frames>,
    desk: Desk,
    signer: Arc<Signer>,
    log: Log,
) {
    let (mut sender, mut receiver) = socket.split();
    tokio::spawn(async move {
        while let Some(frames) = line.recv().await {
            if let Some(message) = wired(frames) {
                // A client that is gone wants no answer.
                let _ = sender.send(message).await;
            }
        }
    });
    loop {
        match receiver.recv().await {
            Ok(message) => match signer.read(message.into_vec().iter().map(|frame| frame.to_vec()).collect()) {
                Ok(message) => desk(message),
                Err(why) => log(&format!("a message was ignored: {why}")),
            },
            Err(ZmqError::NoMessage) => return,
            // One peer failed; the others are still there.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// Sends to all who listen, and greets whoever begins to.
async fn broadcast(
    mut socket: XPubSocket,
    mut line: UnboundedReceiver<Frames>,
    outbox: Outbox,
    waiting: Arc<AtomicUsize>,
) {
    loop {
        let frames = tokio::select! {
            // Who listens first: what waits in line is for them as well.
            biased;
            heard = socket.recv() => match heard.map(ZmqMessage::into_vec) {
                Ok(frames) => match frames.first().and_then(|frame| frame.split_first()) {
                    Some((1, topic)) => outbox.welcome(topic),
                    _ => continue,
                },
                Err(ZmqError::NoMessage) => return,
                Err(_) => { tokio::task::yield_now().await; continue }
            },
            frames = line.recv() => match frames {
                Some(frames) => {
                    waiting.fetch_sub(size(&frames), Ordering::Relaxed);
                    frames
                }
                None => return,
            },
        };
        if let Some(message) = wired(frames) {
            // A client that is gone misses nothing.
            let _ = socket.send(message).await;
        }
    }
}

/// Sends back what comes: so a client knows that the kernel lives, whatever it works at.
async fn beat(mut socket: RepSocket) {
    loop {
        match socket.recv().await {
            // A client that did not wait for the answer.
            Ok(message) => drop(socket.send(message).await),
            Err(ZmqError::NoMessage) => return,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

fn wired(frames: Frames) -> Option<ZmqMessage> {
    let mut frames = frames.into_iter();
    let mut message = ZmqMessage::from(frames.next()?);
    frames.for_each(|frame| message.push_back(frame.into()));
    Some(message)
}
