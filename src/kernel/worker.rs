//! The worker: answers the requests of the shell, one after the other, with the session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::ear::Ear;
use super::history::History;
use super::message::Message;
use super::outbox::{Channel, Outbox};
use super::queue::Queue;
use super::sockets::Log;
use super::{asks, info};
use crate::assist::{Names, Offers, modules, offers};
use crate::session::Session;

/// How long cells that were sent together with one that failed may still be on their way. No client knows of the failure
/// before that time has passed, so none has sent anything because of it.
const ON_THEIR_WAY: Duration = Duration::from_millis(50);

/// Answers requests, until the kernel ends.
pub(super) struct Worker {
    pub(super) session: Session,
    pub(super) ear: Arc<Ear>,
    pub(super) outbox: Outbox,
    pub(super) queue: Arc<Queue>,
    pub(super) names: Names,
    pub(super) history: History,
    pub(super) log: Log,
    /// Ends the kernel.
    pub(super) end: Box<dyn Fn() + Send>,
}

impl Worker {
    pub(super) fn work(mut self) {
        self.session.keep_answers();
        self.names.set(self.session.variables(), self.session.modules());
        while let Some(request) = self.queue.next() {
            self.outbox.status(&request.header, "busy");
            // A mistake of ours costs this answer, not the variables.
            if catch_unwind(AssertUnwindSafe(|| self.answer(&request))).is_err() {
                self.give_up(&request);
            }
            self.outbox.status(&request.header, "idle");
            if request.kind() == "shutdown_request" {
                (self.end)();
            }
        }
    }

    fn answer(&mut self, request: &Message) {
        let (kind, content) = match request.kind() {
            "execute_request" => return self.execute_request(request),
            "kernel_info_request" => ("kernel_info_reply", info::kernel()),
            "complete_request" => {
                ("complete_reply", asks::complete(|before, after| self.offered(before, after), request))
            }
            "inspect_request" => {
                ("inspect_reply", asks::inspect(&self.session.world().catalogue, &self.names, request))
            }
            "is_complete_request" => ("is_complete_reply", asks::is_complete(request.text("code"))),
            "history_request" => ("history_reply", self.history.asked(request)),
            "comm_info_request" => ("comm_info_reply", json!({ "status": "ok", "comms": {} })),
            "comm_open" => {
                // There is nobody here to talk to; the client is told so, as the protocol wants it.
                let content = json!({ "comm_id": request.content["comm_id"], "data": {} });
                return self.outbox.publish(&request.header, "comm_close", content);
            }
            "comm_msg" | "comm_close" => return,
            "shutdown_request" => ("shutdown_reply", info::shutdown(request)),
            other => return (self.log)(&format!("a message was ignored: `{other}` is not known")),
        };
        self.outbox.reply(Channel::Shell, request, kind, content);
    }

    fn execute_request(&mut self, request: &Message) {
        let reply = self.execute(request);
        let is_silent = request.flag("silent", false);
        if reply.content["status"] == "error" {
            let aborted =
                if request.flag("stop_on_error", true) && !is_silent { self.waiting(request) } else { Vec::new() };
            if !is_silent {
                let (name, value, trace) =
                    (&reply.content["ename"], &reply.content["evalue"], &reply.content["traceback"]);
                let error = json!({ "ename": name, "evalue": value, "traceback": trace });
                self.outbox.publish(&request.header, "error", error);
            }
            aborted.iter().for_each(|cell| self.abort(cell));
        }
        self.outbox.reply(Channel::Shell, request, "execute_reply", reply.content);
    }

    /// The cells that the same client sent before it could know that this one fails.
    fn waiting(&self, request: &Message) -> Vec<Message> {
        std::thread::sleep(ON_THEIR_WAY);
        self.queue.cells_of(request.session())
    }

    /// What fits at the cursor: modules behind `import "`, names everywhere else.
    fn offered(&self, before: &str, after: &str) -> Offers {
        let world = self.session.world();
        let of_modules = modules::importable(&world.modules, before, after);
        of_modules.unwrap_or_else(|| offers(&world.catalogue, &self.names, before, after))
    }

    /// Says of a request that it cannot be answered.
    fn give_up(&self, request: &Message) {
        self.ear.end();
        let told = "Regulars made a mistake of its own; the variables are kept";
        (self.log)(&format!("{told} (`{}`)", request.kind()));
        if let Some(name) = request.kind().strip_suffix("_request") {
            let error = json!({ "status": "error", "ename": "Error", "evalue": told, "traceback": [told] });
            if name == "execute" {
                self.outbox.publish(&request.header, "error", error.clone());
            }
            self.outbox.reply(Channel::Shell, request, &format!("{name}_reply"), error);
        }
    }

    /// A cell that never ran has no number.
    fn abort(&self, cell: &Message) {
        self.outbox.status(&cell.header, "busy");
        self.outbox.reply(Channel::Shell, cell, "execute_reply", json!({ "status": "aborted" }));
        self.outbox.status(&cell.header, "idle");
    }
}
