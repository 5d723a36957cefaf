//! Variables and evaluation: a cell in, an outcome out. Nothing is printed here.

mod loaded;
mod recorder;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use regulars_plugin::{Date, Result};

use crate::catalogue::Catalogue;
use crate::plugin::Plugin;
use crate::script::{
    self, Answers, Finding, Listener, Modules, Params, Script, Snapshots, Stage, State, Texts, World, opened, value_of,
};
use crate::show::Value;
use crate::table;

pub use crate::script::{ModuleFunction, ModuleManual, Opened, Places};
pub use loaded::{Loaded, open_plugin, open_read};
pub use recorder::{Recorder, Said};

/// What a session begins with.
pub struct Settings {
    /// Plugins to load, each with its functions.
    pub plugins: Vec<Loaded>,
    /// Parameters for the script.
    pub params: Params,
    /// Seed for everything random.
    pub seed: u64,
    /// The current day.
    pub today: Date,
}

/// A session: its variables stay from cell to cell, also after a failure or an interrupt.
pub struct Session {
    script: Script,
    state: State,
    plugins: Vec<Loaded>,
}

/// What came of a cell.
pub struct Outcome {
    /// The value of its last expression, or why there is none.
    pub answer: Result<Value>,
    /// How long it took.
    pub took: Duration,
}

impl Session {
    /// Begins a session that is heard by `listener`.
    pub fn new(settings: Settings, listener: Arc<dyn Listener>) -> Result<Session> {
        table::leave_room_for_long_plans();
        table::keep_polars_silent();
        let stage = Arc::new(Stage::default());
        let libraries: Vec<Plugin> = settings.plugins.iter().filter_map(Loaded::library).cloned().collect();
        let mut catalogue = script::catalogue(&libraries)?;
        for plugin in &settings.plugins {
            if let Loaded::Script(plugin) = plugin {
                catalogue.add_scripted(&plugin.on(&stage))?;
            }
        }
        let world = World {
            catalogue,
            listener,
            params: settings.params,
            seed: settings.seed,
            today: settings.today,
            texts: Texts::default(),
            answers: Answers::default(),
            modules: Modules::default(),
            snapshots: Snapshots::default(),
        };
        Ok(Session {
            script: script::engine(Arc::new(world), &stage),
            state: State::default(),
            plugins: settings.plugins,
        })
    }

    /// Every function and word.
    pub fn catalogue(&self) -> &Catalogue {
        &self.script.world().catalogue
    }

    /// The world that outlives a borrow of the session: for the prompt's helpers.
    pub fn world(&self) -> &Arc<World> {
        self.script.world()
    }

    /// The mistakes in the cells of a script, found before any of them runs. `final_params` says whether the parameters
    /// of this session are those with which it will run.
    pub fn check(&self, cells: &[String], final_params: bool) -> Vec<Finding> {
        self.script.check(cells, final_params)
    }

    /// The mistakes in the text of a plugin's file, which this session should have loaded where it can be loaded.
    pub fn check_plugin(&self, path: &Path, source: &str) -> Vec<Finding> {
        self.script.check_plugin(path, source)
    }

    /// From here on all cells belong to this script, whose lines are counted through. Its answers are kept where it asks
    /// for one by its number.
    pub fn one_script(&self, text: &str) {
        self.script.world().texts.are_one();
        if text.contains("out(") {
            self.keep_answers();
        }
    }

    /// From here on modules are looked for beside this script, in its project and in the user's library.
    pub fn look_in(&self, places: Places) {
        self.script.world().modules.set_places(places);
    }

    /// From here on modules are looked for beside this script; none for the current folder.
    pub fn stands_at(&self, script: Option<&Path>) {
        let modules = &self.script.world().modules;
        let folder = script.and_then(Path::parent).map(Path::to_owned);
        modules.set_places(Places { script: folder, ..modules.places() });
    }

    /// The modules that were imported, each with the name that it has in the session.
    pub fn modules(&self) -> Vec<ModuleManual> {
        self.script.modules(&self.state)
    }

    /// The manual of a module that can be imported by this name.
    pub fn module(&self, name: &str) -> Result<ModuleManual> {
        self.script.module(name)
    }

    /// From here on the answers of cells are kept, so that `out(3)` finds them.
    pub fn keep_answers(&self) {
        self.script.world().answers.keep();
    }

    /// The plugins that are loaded.
    pub fn plugins(&self) -> &[Loaded] {
        &self.plugins
    }

    /// The last answer that another program can open, with the number of its cell.
    pub fn last_to_open(&self, fits: impl Fn(&Opened) -> bool) -> Option<(usize, Opened)> {
        let mut answers = self.script.answers().into_iter().rev();
        answers.find_map(|(number, answer)| opened(&answer).filter(&fits).map(|found| (number, found)))
    }

    /// The answer of a cell as another program can open it; none where it is kept no more, or is no picture or table.
    pub fn to_open(&self, number: usize) -> Option<Opened> {
        self.script.answer(number).and_then(|answer| opened(&answer))
    }

    /// The answer of a cell, where it is kept.
    pub fn answer(&self, number: usize) -> Option<Value> {
        self.script.answer(number).map(|answer| value_of(&answer))
    }

    /// Runs a cell.
    pub fn run(&mut self, source: &str) -> Outcome {
        self.run_of(source, source)
    }

    /// Runs a piece of code that belongs to a text, in which what goes wrong is told.
    pub fn run_of(&mut self, source: &str, text: &str) -> Outcome {
        let began = Instant::now();
        let answer = self.script.run(source, text, &mut self.state).map(|value| value_of(&value));
        Outcome { answer, took: began.elapsed() }
    }

    /// Runs what is no cell of its own: it has no number, and neither `_` nor `out(…)` knows its answer.
    pub fn run_aside(&mut self, source: &str) -> Outcome {
        let began = Instant::now();
        let answer = self.script.run_aside(source, &mut self.state).map(|value| value_of(&value));
        Outcome { answer, took: began.elapsed() }
    }

    /// Forgets every variable, function and import.
    pub fn start_again(&mut self) {
        self.state = State::default();
        self.script.world().texts.restart();
    }

    /// The functions that cells declared, each with the names of its arguments.
    pub fn functions(&self) -> Vec<(String, Vec<String>)> {
        self.state.functions()
    }

    /// Names and values of the variables.
    pub fn variables(&self) -> Vec<(String, Value)> {
        self.state.variables()
    }
}

/// Does some work and tells how long it took: values are computed when they are shown.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (work(), began.elapsed())
}
