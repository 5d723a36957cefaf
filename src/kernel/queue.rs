//! Requests that wait for the worker.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::message::Message;

/// Requests in the order in which they came.
#[derive(Default)]
pub(super) struct Queue {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Default)]
struct Held {
    requests: VecDeque<Message>,
    is_closed: bool,
}

impl Queue {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, request: Message) {
        self.held().requests.push_back(request);
        self.changed.notify_all();
    }

    /// Nothing is taken any more.
    pub(super) fn close(&self) {
        self.held().is_closed = true;
        self.changed.notify_all();
    }

    /// The next request, once there is one; none where the kernel ends.
    pub(super) fn next(&self) -> Option<Message> {
        let mut held = self.held();
        loop {
            if held.is_closed {
                return None;
            }
            if let Some(request) = held.requests.pop_front() {
                return Some(request);
            }
            held = self.changed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the cells out that one client has sent already; what others sent stays, and other requests.
    pub(super) fn cells_of(&self, session: &str) -> Vec<Message> {
        let mut held = self.held();
        let is_cell = |request: &Message| request.kind() == "execute_request" && request.session() == session;
        let (cells, others) = held.requests.drain(..).partition::<Vec<Message>, _>(is_cell);
        held.requests.extend(others);
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::message::nothing;
    use serde_json::json;

    #[test]
    fn only_the_cells_of_one_client_are_taken_out() {
        let queue = Queue::default();
        for (kind, session) in
            [("execute_request", "a"), ("complete_request", "a"), ("execute_request", "b"), ("execute_request", "a")]
        {
            let header = json!({ "msg_type": kind, "session": session });
            let (parent, metadata, content) = (nothing(), nothing(), nothing());
            queue.add(Message { identities: Vec::new(), header, parent, metadata, content, buffers: Vec::new() });
        }
        assert_eq!(queue.cells_of("a").len(), 2);
        let left: Vec<String> = (0..2).filter_map(|_| queue.next()).map(|one| one.kind().to_owned()).collect();
        assert_eq!(left, ["complete_request", "execute_request"]);
        queue.close();
        assert!(queue.next().is_none());
    }
}
