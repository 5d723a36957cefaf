//! What a script can reach: the catalogue, the listener of the session, parameters, seed and day.

use std::sync::Arc;

use regulars_plugin::{Context, Date, Host};

use super::Params;
use crate::catalogue::Catalogue;
use crate::show::Value;

/// Something that happens while a script runs.
pub enum Event {
    /// `print(…)`: a line of text.
    Print(String),
    /// `show(…)`: a value to be shown at once.
    Show(Value),
    /// A file was written.
    Wrote(String),
}

/// Hears what happens while a script runs, and says whether it should stop.
pub trait Listener: Host + Send {
    /// Hears an event.
    fn hear(&self, event: Event);
}

/// What a script can reach.
pub struct World {
    /// Every function and every word.
    pub catalogue: Catalogue,
    /// The session's ear.
    pub listener: Arc<dyn Listener>,
    /// The parameters given on the command line.
    pub params: Params,
    /// Seed for everything random.
    pub seed: u64,
    /// The current day.
    pub today: Date,
}

impl World {
    /// The host that frames and functions report to.
    pub fn host(&self) -> &dyn Host {
        self.listener.as_ref()
    }

    /// The context in which functions run.
    pub fn context(&self) -> Context<'_> {
        Context::new(self.host(), self.seed, self.today)
    }
}
