//! Binding a word to the engine and to help in one declaration.

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use regulars_plugin::{Failure, Result};
use rhai::{Dynamic, Engine, EvalAltResult, NativeCallContext, Position};

use super::World;
use super::arguments::Arguments;
use super::last::EVAL;
use super::said::answered;
use crate::catalogue::{Choices, Record, Verb, VerbGroup};
use crate::table::{Expression, Frame, When};

/// A word of the language. There are hundreds in lists that are put together at each start: boxed, none of the lists is so
/// large that the allocator opens a page of its own for it, which the kernel has to clear.
pub(super) struct Bound(Box<Word>);

/// What help says of a word, and what it does.
pub(super) struct Word {
    pub(super) verb: Verb,
    receiver: Option<TypeId>,
    /// Least and greatest number of arguments, the receiver included.
    arity: (usize, usize),
    run: Run,
    getter: bool,
    /// What it answers.
    answers: Kind,
    ahead: Rehearsal,
}

/// A type of values, by which `check` knows what a word answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) id: TypeId,
    pub(super) name: &'static str,
}

impl Kind {
    pub(super) fn of<T: 'static>() -> Kind {
        Kind { id: TypeId::of::<T>(), name: std::any::type_name::<T>() }
    }
}

/// What `check` knows of an answer before the script runs: every frame is one without rows.
#[derive(Clone)]
pub(super) enum Ahead {
    /// This value.
    Is(Dynamic),
    /// This value, unless the data tell otherwise.
    Perhaps(Dynamic),
    /// Some value of this kind.
    Some(Kind),
}

/// What `check` does in place of a word.
enum Rehearsal {
    /// Nothing: what it answers depends on the data, or it has effects.
    Nothing,
    /// What the word itself does: it looks at names and types only.
    Same,
    /// The same, to see whether it fails; the answer depends on the data.
    SameForItsFailures,
    /// This.
    Own(LookAhead),
}

type LookAhead = Arc<dyn Fn(&Arguments<'_>) -> Result<Ahead> + Send + Sync>;

type Run = Arc<dyn Fn(&Arguments<'_>) -> Result<Dynamic> + Send + Sync>;

/// Declares a word.
pub(super) fn verb(group: VerbGroup, name: &'static str, signature: &str, summary: &'static str) -> Declaration {
    Declaration {
        verb: Verb { group, name, signature: signature.to_owned(), summary, example: "", choices: Vec::new() },
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

    /// The words that an argument or an option may be, each with what it means.
    pub(super) fn choices(
        mut self,
        name: &'static str,
        words: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Self {
        self.verb.choices.push(Choices { name, words: words.into_iter().collect() });
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
    pub(super) fn does<T: Into<Returned> + 'static>(
        self,
        least: usize,
        most: usize,
        run: impl Fn(&Arguments<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Bound {
        let before = usize::from(self.receiver.is_some());
        Bound(Box::new(Word {
            verb: self.verb,
            receiver: self.receiver,
            arity: (least + before, most + before),
            run: Arc::new(move |arguments| run(arguments).map(|value| value.into().0)),
            getter: self.getter,
            answers: Kind::of::<T>(),
            ahead: if builds_only::<T>() { Rehearsal::Same } else { Rehearsal::Nothing },
        }))
    }
}

/// Whether values of this type are computations that no data have gone through yet.
fn builds_only<T: 'static>() -> bool {
    [TypeId::of::<Expression>(), TypeId::of::<When>(), TypeId::of::<super::convert::Day>()].contains(&TypeId::of::<T>())
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

impl std::ops::Deref for Bound {
    type Target = Word;

    fn deref(&self) -> &Word {
        &self.0
    }
}

impl Bound {
    /// Looks at names and types only, never at rows, and touches nothing outside: `check` may call it on frames without
    /// rows, and its answer is what it will be but for the rows.
    pub(super) fn plans(mut self) -> Bound {
        self.0.ahead = Rehearsal::Same;
        self
    }

    /// Fails on frames without rows for the same reasons as on others, and touches nothing outside; what it answers
    /// depends on the rows.
    pub(super) fn fails_early(mut self) -> Bound {
        self.0.ahead = Rehearsal::SameForItsFailures;
        self
    }

    /// What `check` does in its place.
    pub(super) fn ahead(mut self, look: impl Fn(&Arguments<'_>) -> Result<Ahead> + Send + Sync + 'static) -> Bound {
        self.0.ahead = Rehearsal::Own(Arc::new(look));
        self
    }

    /// The type of the value before the dot.
    pub(super) fn receiver(&self) -> Option<TypeId> {
        self.receiver
    }

    /// Whether it takes so many arguments, the value before the dot included.
    pub(super) fn takes(&self, count: usize) -> bool {
        (self.arity.0..=self.arity.1).contains(&count)
    }

    /// Whether it may be written without parentheses.
    pub(super) fn is_property(&self) -> bool {
        self.getter
    }

    /// The type of what it answers.
    pub(super) fn answers(&self) -> Kind {
        self.answers
    }

    /// Whether it opens files; the samples are none.
    pub(super) fn reads(&self) -> bool {
        self.verb.group == VerbGroup::Files && self.receiver.is_none() && self.verb.name != "sample"
    }

    /// Whether files may be different after it: what answers nothing has effects, unless it is declared to have none.
    pub(super) fn writes(&self) -> bool {
        let is_harmless = matches!(self.ahead, Rehearsal::Same | Rehearsal::SameForItsFailures)
            || self.verb.group == VerbGroup::Tests;
        let has_effects = self.answers == Kind::of::<()>() || self.verb.name == "save";
        !is_harmless && (has_effects || self.verb.group == VerbGroup::Files && self.receiver.is_some())
    }

    /// Whether it looks at names and types only, and touches nothing outside.
    pub(super) fn only_plans(&self) -> bool {
        matches!(self.ahead, Rehearsal::Same)
    }

    /// What `check` does in place of the word.
    pub(super) fn rehearsed(&self) -> Bound {
        Bound(Box::new(Word {
            verb: self.verb.clone(),
            receiver: self.receiver,
            arity: self.arity,
            run: self.rehearsal(),
            getter: self.getter,
            answers: self.answers,
            ahead: Rehearsal::Nothing,
        }))
    }

    fn rehearsal(&self) -> Run {
        let (run, answers) = (Arc::clone(&self.run), self.answers);
        // A plan that does not grow is resolved quickly, and a source gives away its rows.
        let rowless = |value: Dynamic| match value.read_lock::<Frame>().map(|frame| frame.without_rows()) {
            Some(frame) => Dynamic::from(frame),
            None => value,
        };
        match &self.ahead {
            Rehearsal::Nothing => Arc::new(move |_| Ok(Dynamic::from(Ahead::Some(answers)))),
            Rehearsal::Same => Arc::new(move |arguments| run(arguments).map(rowless)),
            Rehearsal::SameForItsFailures => {
                Arc::new(move |arguments| run(arguments).map(|_| Dynamic::from(Ahead::Some(answers))))
            }
            Rehearsal::Own(look) => {
                let look = Arc::clone(look);
                Arc::new(move |arguments| {
                    Ok(Dynamic::from(match look(arguments)? {
                        Ahead::Is(value) => Ahead::Is(rowless(value)),
                        Ahead::Perhaps(value) => Ahead::Perhaps(rowless(value)),
                        Ahead::Some(kind) => Ahead::Some(kind),
                    }))
                })
            }
        }
    }

    /// Registers the word for every number of arguments that it takes.
    fn register(&self, engine: &mut Engine, world: &Arc<World>) {
        self.register_on(self.receiver, engine, world);
        if let (true, Some(receiver)) = (self.getter, self.receiver) {
            self.register_property(engine, world, receiver);
        }
    }

    /// Registers a word of frames for the answers of functions as well: their table stands for them.
    fn register_for_records(&self, engine: &mut Engine, world: &Arc<World>) {
        self.register_on(Some(TypeId::of::<Record>()), engine, world);
    }

    fn register_on(&self, receiver: Option<TypeId>, engine: &mut Engine, world: &Arc<World>) {
        for count in self.arity.0..=self.arity.1 {
            let mut types = vec![TypeId::of::<Dynamic>(); count];
            if let (Some(receiver), Some(first)) = (receiver, types.first_mut()) {
                *first = receiver;
            }
            let name = if self.verb.name == "eval" { EVAL } else { self.verb.name };
            self.register_as(engine, world, name, &types);
        }
    }

    /// The word without parentheses. A column of that name has to give way, and that is told.
    fn register_property(&self, engine: &mut Engine, world: &Arc<World>, receiver: TypeId) {
        let (world, run, word) = (Arc::clone(world), Arc::clone(&self.run), self.verb.name);
        let name = format!("get${word}");
        engine.register_raw_fn(name, [receiver], move |call: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
            let value = values[0].flatten_clone();
            if value.read_lock::<Frame>().is_some_and(|frame| frame.need(word).is_ok()) {
                world.host().warn(&format!(
                    "`frame.{word}` is the word `{word}`; the column of that name is `frame[\"{word}\"]`"
                ));
            }
            guarded(word, || run(&Arguments::new(&world, vec![value], &call)))
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
            let given = Arguments::new(&world, values, &call);
            let answer = guarded(word, || run(&given).map_err(advised));
            let answer = answer.map_err(|error| given.thrown().unwrap_or(error))?;
            Ok(answered(answer, word, given.values.into_iter(), call.call_position(), &world))
        });
    }
}

/// Registers words: those of frames also for answers with a table, which stands for them, unless answers have a word of
/// that name of their own.
pub(super) fn register<'a>(bounds: impl Iterator<Item = &'a Bound> + Clone, engine: &mut Engine, world: &Arc<World>) {
    let is_own = |name: &str| {
        bounds.clone().any(|bound| bound.receiver == Some(TypeId::of::<Record>()) && bound.verb.name == name)
    };
    for bound in bounds.clone() {
        bound.register(engine, world);
        if bound.receiver == Some(TypeId::of::<Frame>()) && !is_own(bound.verb.name) {
            bound.register_for_records(engine, world);
        }
    }
}

/// What is said of a word that panicked.
pub(super) const BROKE_OFF: &str = "broke off";

/// Runs native code for a script: a failure becomes the script's error, a panic becomes a failure.
pub(super) fn guarded<T>(word: &str, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Box<EvalAltResult>> {
    let worked = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broke_off(word)));
    worked.map_err(thrown)
}

/// What is said of a word that panicked, with advice.
pub(super) fn broke_off(word: &str) -> Failure {
    Failure::new(format!("`{word}` {BROKE_OFF}")).help("this is a fault of Regulars: tell us the script that led to it")
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
