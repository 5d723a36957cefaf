//! Work beside the session, which is left behind when the user does not want to wait for it any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use regulars_plugin::{Context, Failure, Host, Result};

use super::World;
use super::bind::broke_off;

/// How often the work is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long work that was asked to stop may take for it before it is left behind.
const GRACE: Duration = Duration::from_millis(100);
/// As much as the main thread has.
const STACK: usize = 8 << 20;

/// The session's ear, for work that may be left behind: from then on it is told to stop, and nobody hears it.
struct Beside {
    world: Arc<World>,
    left_behind: AtomicBool,
}

impl Beside {
    fn is_left_behind(&self) -> bool {
        self.left_behind.load(Ordering::Relaxed)
    }
}

impl Host for Beside {
    fn is_cancelled(&self) -> bool {
        self.is_left_behind() || self.world.host().is_cancelled()
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        if !self.is_left_behind() {
            self.world.host().progress(done, total, what);
        }
    }

    fn warn(&self, text: &str) {
        if !self.is_left_behind() {
            self.world.host().warn(text);
        }
    }
}

/// Does some work on a thread of its own and waits for it, or for the interrupt. Work that does not stop soon after is left
/// behind: it ends where it looks for the interrupt next, and takes what it made with it.
pub(super) fn apart<T: Send + 'static>(
    what: &str,
    world: &Arc<World>,
    work: impl FnOnce(&World, &Context<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let beside = Arc::new(Beside { world: Arc::clone(world), left_behind: AtomicBool::new(false) });
    let (answer, arrives) = channel();
    let heard = Arc::clone(&beside);
    let worker = std::thread::Builder::new().name("function".to_owned()).stack_size(STACK).spawn(move || {
        let context = Context::new(&*heard, heard.world.seed, heard.world.today);
        let worked = catch_unwind(AssertUnwindSafe(|| work(&heard.world, &context)));
        // Nobody listens any more after an interrupt, and that is as it should be.
        let _ = answer.send(worked);
    });
    worker.map_err(|error| {
        Failure::new(format!("the system gives no further thread to work on: {error}"))
            .help("end other programs, and try again")
    })?;
    let mut asked = None;
    loop {
        match arrives.recv_timeout(LOOK_EVERY) {
            Ok(Ok(worked)) => return worked,
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(broke_off(what)),
            Err(RecvTimeoutError::Timeout) if world.host().is_cancelled() => {
                if asked.get_or_insert_with(Instant::now).elapsed() > GRACE {
                    beside.left_behind.store(true, Ordering::Relaxed);
                    return Err(Failure::interrupted());
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
