//! Binding a word to the engine and to help in one declaration.

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use regulars_plugin::{Failure, Place, Result};
use rhai::{Dynamic, Engine, EvalAltResult, NativeCallContext, Position};

use super::World;
use super::arguments::Arguments;
use super::last::EVAL;
use crate::catalogue::{Verb, VerbGroup};
use crate::table::Frame;

/// A word, what help says of it, and what it does.
pub(super) struct Bound {
    pub(super) verb: Verb,
    receiver: Option<TypeId>,
    /// Least and greatest number of arguments, the receiver included.
    arity: (usize, usize),
    run: Run,
    getter: bool,
}

type Run = Arc<dyn Fn(&Arguments<'_>) -> Result<Dynamic> + Send + Sync>;

/// Declares a word.
pub(super) fn verb(group: VerbGroup, name: &'static str, signature: &str, summary: &'static str) -> Declaration {
    Declaration {
        verb: Verb { group, name, signature: signature.to_owned(), summary, example: "" },
        receiver: None,
        getter: false,
    }
}

/// A word that is being declared.
pub(super) struct Declaration {
    verb: Verb,
    receiver: Option<TypeId>,
    getter: bool,
}

impl Declaration {
    /// Code that runs.
    pub(super) fn example(mut self, code: &'static str) -> Self {
        self.verb.example = code;
        self
    }

    /// The type of the value before the dot.
    pub(super) fn on<T: 'static>(mut self) -> Self {
        self.receiver = Some(TypeId::of::<T>());
        self
    }

    /// May be written without parentheses as well: `frame.height`.
    pub(super) fn or_property(mut self) -> Self {
        self.getter = true;
        self
    }

    /// What it does with so many arguments, the value before the dot not counted.
    pub(super) fn does<T: Into<Returned>>(
        self,
        least: usize,
        most: usize,
        run: impl Fn(&Arguments<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Bound {
        let before = usize::from(self.receiver.is_some());
        Bound {
            verb: self.verb,
            receiver: self.receiver,
            arity: (least + before, most + before),
            run: Arc::new(move |arguments| run(arguments).map(|value| value.into().0)),
            getter: self.getter,
        }
    }
}

/// What a word returns, made a value of the script.
pub(super) struct Returned(Dynamic);

impl From<Dynamic> for Returned {
    fn from(value: Dynamic) -> Self {
        Returned(value)
    }
}

impl From<()> for Returned {
    fn from((): ()) -> Self {
        Returned(Dynamic::UNIT)
    }
}

macro_rules! returned {
    ($($type:ty),+) => {
        $(impl From<$type> for Returned {
            fn from(value: $type) -> Self {
                Returned(Dynamic::from(value))
            }
        })+
    };
}

returned!(
    crate::table::Frame,
    crate::table::Expression,
    crate::table::Groups,
    crate::table::When,
    crate::chart::Picture,
    crate::show::Page,
    super::convert::Day,
    super::convert::Moment,
    String,
    i64,
    f64,
    bool
);

impl Bound {
    /// Registers the word for every number of arguments that it takes.
    pub(super) fn register(&self, engine: &mut Engine, world: &Arc<World>) {
        for count in self.arity.0..=self.arity.1 {
            let mut types = vec![TypeId::of::<Dynamic>(); count];
            if let (Some(receiver), Some(first)) = (self.receiver, types.first_mut()) {
                *first = receiver;
            }
            let name = if self.verb.name == "eval" { EVAL } else { self.verb.name };
            self.register_as(engine, world, name, &types);
        }
        if let (true, Some(receiver)) = (self.getter, self.receiver) {
            self.register_property(engine, world, receiver);
        }
    }

    /// The word without parentheses. A column of that name has to give way, and that is told.
    fn register_property(&self, engine: &mut Engine, world: &Arc<World>, receiver: TypeId) {
        let (world, run, word) = (Arc::clone(world), Arc::clone(&self.run), self.verb.name);
        let name = format!("get${word}");
        engine.register_raw_fn(name, [receiver], move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
            let value = values[0].flatten_clone();
            if value.read_lock::<Frame>().is_some_and(|frame| frame.need(word).is_ok()) {
                world.host().warn(&format!(
                    "`frame.{word}` is the word `{word}`; the column of that name is `frame[\"{word}\"]`"
                ));
            }
            guarded(word, || run(&Arguments { world: &world, values: vec![value] }))
        });
    }

    fn register_as(&self, engine: &mut Engine, world: &Arc<World>, name: &str, types: &[TypeId]) {
        let (world, run, word) = (Arc::clone(world), Arc::clone(&self.run), self.verb.name);
        let signature = self.verb.signature.clone();
        engine.register_raw_fn(name, types, move |call: NativeCallContext<'_>, arguments: &mut [&mut Dynamic]| {
            let values = arguments.iter().map(|value| value.flatten_clone()).collect();
            let advised = |failure: Failure| {
                if failure.help.is_empty() { failure.help(format!("it is called `{signature}`")) } else { failure }
            };
            let answer = guarded(word, || run(&Arguments { world: &world, values }).map_err(advised))?;
            Ok(placed(answer, call.call_position(), &world))
        });
    }
}

/// A frame with the place of the call that made it; any other value as it is.
pub(super) fn placed(value: Dynamic, position: Position, world: &World) -> Dynamic {
    let (Some(line), Some(column)) = (position.line(), position.position()) else { return value };
    match value.try_cast_result::<Frame>() {
        Ok(frame) => Dynamic::from(frame.placed(Place { source: world.source(), line, column: column.max(1) })),
        Err(other) => other,
    }
}

/// Runs native code for a script: a failure becomes the script's error, a panic becomes a failure.
pub(super) fn guarded<T>(word: &str, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Box<EvalAltResult>> {
    let worked = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Failure::new(format!("`{word}` broke off"))
            .help("this is a fault of Regulars: tell us the script that led to it"))
    });
    worked.map_err(thrown)
}

/// A failure on its way through the engine.
pub(super) fn thrown(failure: Failure) -> Box<EvalAltResult> {
    let error = if failure.cancelled {
        EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE)
    } else {
        EvalAltResult::ErrorRuntime(Dynamic::from(failure), Position::NONE)
    };
    Box::new(error)
}
