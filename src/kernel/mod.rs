//! The kernel of Jupyter: a session that notebooks talk to, by the messaging protocol 5 over ZeroMQ.
//!
//! Requests of the shell wait in a queue for a worker, which runs one after the other; the control channel is answered at
//! once, so a cell can be stopped while it runs.

mod asks;
mod connection;
mod ear;
mod execute;
mod history;
mod info;
mod message;
mod outbox;
mod progress;
mod queue;
mod sockets;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc::channel;
use std::time::Duration;

use regulars_plugin::{Failure, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use crate::assist::Names;
use crate::script::Listener;
use crate::session::Session;
use connection::Connection;
use ear::{Ear, TICK};
use history::History;
use message::{Message, Signer};
use outbox::{Channel, Outbox};
use queue::Queue;
use sockets::{Desks, Log, Sockets};
use worker::Worker;

/// Memory for the calls of a cell, as much as the main thread of a program has.
const STACK: usize = 8 << 20;

/// How long the last answers may take to be sent, and a cell to stop, before the program ends.
const FAREWELL: Duration = Duration::from_millis(100);

/// How often it is looked whether the program that started the kernel is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a kernel begins with.
pub struct Start<'a> {
    /// The connection file that Jupyter has written.
    pub connection: &'a str,
    /// Makes the session, heard by this listener.
    pub session: &'a dyn Fn(Arc<dyn Listener>) -> Result<Session>,
    /// Rows of a table that are shown.
    pub rows: usize,
    /// The moment, in UTC, as ISO 8601 has it.
    pub now: fn() -> String,
    /// Whether whoever started the kernel is gone, so that nobody will ever end it.
    pub is_orphan: Box<dyn Fn() -> bool + Send>,
    /// Hears what is not for any client: a message that was ignored.
    pub log: Arc<dyn Fn(&str) + Send + Sync>,
    /// Set to stop the cell that runs.
    pub cancelled: Arc<AtomicBool>,
}

/// Serves clients until one of them ends the kernel.
pub fn run(start: Start<'_>) -> Result<()> {
    let connection = Connection::read(start.connection)?;
    let runtime = runtime()?;
    let (sockets, lines) = runtime.block_on(Sockets::bind(&connection))?;
    let (signer, waiting) = (Arc::new(Signer::new(&connection.key)), Arc::new(AtomicUsize::new(0)));
    let outbox = Outbox::new(lines, Arc::clone(&signer), start.now, Arc::clone(&waiting));
    let (to_answers, answers) = channel();
    let ear = Arc::new(Ear::new(outbox.clone(), start.cancelled, answers, start.rows));
    let session = (start.session)(Arc::clone(&ear) as Arc<dyn Listener>)?;
    let (queue, over) = (Arc::new(Queue::default()), Arc::new(Notify::new()));
    let worker = Worker {
        session,
        ear: Arc::clone(&ear),
        outbox: outbox.clone(),
        queue: Arc::clone(&queue),
        names: Names::default(),
        history: History::default(),
        log: Arc::clone(&start.log),
        end: notifying(&over),
    };
    let thread = std::thread::Builder::new().name("cells".to_owned()).stack_size(STACK).spawn(|| worker.work());
    thread.map_err(|error| Failure::new(format!("no thread can be started for the cells: {error}")))?;
    let desk =
        Control { outbox: outbox.clone(), ear: Arc::clone(&ear), end: notifying(&over), log: Arc::clone(&start.log) };
    runtime.block_on(async {
        let to_shell = Arc::clone(&queue);
        let desks = Desks {
            shell: Arc::new(move |request| to_shell.add(request)),
            control: Arc::new(move |request| desk.answer(&request)),
            answers: to_answers,
        };
        sockets.serve(desks, &signer, &outbox, waiting, &start.log);
        outbox.status(&message::nothing(), "starting");
        let mut tick = tokio::time::interval(TICK);
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                () = over.notified() => break,
                _ = tick.tick() => ear.tick(),
                _ = look.tick() => if (start.is_orphan)() { break },
            }
        }
        ear.interrupt();
        queue.close();
        tokio::time::sleep(FAREWELL).await;
    });
    // The program ends with this: nothing is waited for any more.
    runtime.shutdown_background();
    Ok(())
}

fn runtime() -> Result<Runtime> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|error| Failure::new(format!("the sockets of the kernel cannot be served: {error}")))
}

fn notifying(over: &Arc<Notify>) -> Box<dyn Fn() + Send + Sync> {
    let over = Arc::clone(over);
    Box::new(move || over.notify_one())
}

/// Answers the control channel, whatever runs.
struct Control {
    outbox: Outbox,
    ear: Arc<Ear>,
    /// Ends the kernel.
    end: Box<dyn Fn() + Send + Sync>,
    log: Log,
}

impl Control {
    fn answer(&self, request: &Message) {
        self.outbox.status(&request.header, "busy");
        let reply = |kind, content| self.outbox.reply(Channel::Control, request, kind, content);
        match request.kind() {
            "kernel_info_request" => reply("kernel_info_reply", info::kernel()),
            "interrupt_request" => {
                self.ear.interrupt();
                reply("interrupt_reply", serde_json::json!({ "status": "ok" }));
            }
            "shutdown_request" => {
                reply("shutdown_reply", info::shutdown(request));
                self.outbox.publish(&request.header, "shutdown_reply", info::shutdown(request));
            }
            other => (self.log)(&format!("a message was ignored: `{other}` is not known on the control channel")),
        }
        self.outbox.status(&request.header, "idle");
        if request.kind() == "shutdown_request" {
            (self.end)();
        }
    }
}
