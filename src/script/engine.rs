//! The engine: Rhai with our words, our functions, our operators and our rules.

use std::any::TypeId;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use regulars_plugin::{Failure, Given, Result};
use rhai::module_resolvers::DummyModuleResolver;
use rhai::packages::{Package, StandardPackage};
use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString, Module, NativeCallContext, OptimizationLevel, Stmt};

use super::apart::apart;
use super::bind::{guarded, register, thrown};
use super::caught;
use super::convert::{
    DateSpace, Day, ListSpace, Moment, NameSpace, StructSpace, TextSpace, dynamic_of_answer, json_and_tables, operand,
    table_of, value_of,
};
use super::failure::{Reading, incomparable, innermost, missing_entry, ours, translate};
use super::growing;
use super::last::{LAST, Places};
use super::modules::{ModuleManual, Resolver, manual, prologue, reached};
use super::plugin::Stage;
use super::said::answered;
use super::state::State;
use super::{World, verbs};
use crate::catalogue::Record;
use crate::chart::Picture;
use crate::show;
use crate::table::{Expression, Frame, Groups, Selectors, When};

/// Levels of calls before a script is told that it calls itself without an end.
pub(super) const CALL_DEPTH: usize = 64;

/// The engine together with the world that its words reach.
pub struct Script {
    engine: Arc<Engine>,
    world: Arc<World>,
    last: Places,
}

/// An engine that reads texts and can run none of them.
pub(super) fn grammar() -> Engine {
    let mut engine = Engine::new_raw();
    // What an optimiser may leave out could be a call that writes a file.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_module_resolver(DummyModuleResolver::new());
    engine.set_max_call_levels(CALL_DEPTH);
    engine.set_max_expr_depths(256, 128);
    engine.disable_symbol("eval");
    engine
}

/// An engine with our types, operators and rules, and Rhai's own functions: without our words and functions.
pub(super) fn base(world: &Arc<World>) -> Engine {
    static OF_RHAI: LazyLock<Arc<Module>> = LazyLock::new(|| StandardPackage::new().as_shared_module());
    let mut engine = grammar();
    // A session has two engines, one to check and one to run.
    engine.register_global_module(Arc::clone(&OF_RHAI));
    // Rhai's quick path for operators answers `1 == "1"` and `1 < "a"` with `false` before anybody is asked.
    engine.set_fast_operators(false);
    // Rhai would answer `()`, and the mistake would come to light somewhere else.
    engine.on_map_missing_property(|map, name, _| Err(thrown(missing_entry(name, map.keys().map(AsRef::as_ref)))));
    name_types(&mut engine, world);
    caught::register(&mut engine, world);
    let mut values = Module::new();
    values.set_var(verbs::SELECTORS, Selectors);
    engine.register_global_module(values.into());
    operators(&mut engine);
    growing::register(&mut engine);
    engine
}

/// Makes an engine for a world; the functions of script plugins will run on this `stage`.
pub fn engine(world: Arc<World>, stage: &Stage) -> Script {
    let mut engine = base(&world);
    let ear = Arc::clone(&world.listener);
    engine.on_progress(move |_| ear.is_cancelled().then_some(Dynamic::UNIT));
    let ear = Arc::clone(&world.listener);
    engine.on_print(move |text| ear.hear(super::Event::Print(text.to_owned())));
    let ear = Arc::clone(&world.listener);
    engine.on_debug(move |text, _, position| ear.hear(super::Event::Print(format!("{position}: {text}"))));

    register(verbs::all(world.catalogue.own_tables()).iter(), &mut engine, &world);
    verbs::in_place(&mut engine);
    engine.register_global_module(verbs::iterators(&world).into());
    functions(&mut engine, &world, call, |_| true);
    methods(&mut engine, &world, ask, |_| true);
    engine.set_module_resolver(Resolver { world: Arc::clone(&world) });
    let last = Places::default();
    last.teach(&mut engine);
    let engine = Arc::new(engine);
    stage.set(&engine, &world);
    Script { engine, world, last }
}

impl Script {
    pub(super) fn compile(&self, source: &str) -> Result<AST> {
        self.last.find(source);
        self.engine.compile(source).map_err(|error| {
            let error = EvalAltResult::ErrorParsing(*error.0, error.1);
            let catalogue = &self.world.catalogue;
            translate(&error, &Reading { catalogue, variables: &[], functions: &[], modules: &[], source, text: None })
        })
    }

    /// Runs a piece of script with the variables and functions of earlier pieces; adds its own. What it answers is `_`
    /// for the pieces after it. What goes wrong is told in `text`, to which the piece belongs.
    pub fn run(&self, source: &str, text: &str, state: &mut State) -> Result<Dynamic> {
        let answer = self.evaluate(source, text, state)?;
        if !answer.is_unit() {
            state.scope.set_value(LAST, answer.clone());
            self.world.answers.add(self.world.texts.number(), &answer);
        }
        Ok(answer)
    }

    /// Runs a piece that is no cell of the session: it has no number, and neither `_` nor `out(…)` knows its answer.
    pub fn run_aside(&self, source: &str, state: &mut State) -> Result<Dynamic> {
        let number = self.world.texts.number();
        let answer = self.evaluate(source, source, state);
        self.world.texts.go_back_to(number);
        answer
    }

    fn evaluate(&self, source: &str, text: &str, state: &mut State) -> Result<Dynamic> {
        let piece = self.compile(source)?;
        self.world.texts.begin();
        let whole = state.functions.merge(&piece);
        state.reads_constants |= source.contains("global::");
        let whole = self.begun(whole, state);
        let ran = self.engine.eval_ast_with_scope::<Dynamic>(&mut state.scope, &whole);
        // Rhai's `iter` would copy every value, also a list of millions.
        let mut variables: Vec<String> = state.scope.iter_raw().map(|(name, _, _)| name.to_owned()).collect();
        // It gives the newest first, but of two near names the older one is told, as `check` does.
        variables.reverse();
        state.forget_shadowed();
        state.import(&piece, self.world.modules.take_imported());
        let answer = ran.map_err(|error| {
            let functions: Vec<(String, Vec<String>)> = whole
                .iter_functions()
                .map(|one| (one.name.to_owned(), one.params.iter().map(|name| (*name).to_owned()).collect()))
                .collect();
            let reading = Reading {
                catalogue: &self.world.catalogue,
                variables: &variables,
                functions: &functions,
                modules: &state.modules,
                source: text,
                text: self.world.source(),
            };
            self.told(&error, &reading)
        })?;
        state.functions.combine(piece.clone_functions_only());
        Ok(answer)
    }

    /// A piece behind the imports and constants of earlier pieces, which the engine forgets.
    fn begun(&self, piece: AST, state: &State) -> AST {
        let kept = state.kept();
        let is_plain = kept.is_empty();
        self.world.modules.keep(kept);
        if is_plain {
            return piece;
        }
        let statements: Vec<Stmt> = [prologue()].into_iter().chain(piece.statements().iter().cloned()).collect();
        AST::new(statements, piece.shared_lib().clone())
    }

    /// An error in words; one that came out of a module is told where it was reached from.
    fn told(&self, error: &EvalAltResult, reading: &Reading<'_>) -> Failure {
        let mut failure = translate(error, reading);
        self.world.modules.fill(&mut failure);
        let is_in_module = failure.place.as_ref().is_some_and(|place| place.text.is_some());
        match reached(None, reading.source, innermost(error).0) {
            Some(reached) if is_in_module && !failure.help.contains(&reached) => failure.help(reached),
            _ => failure,
        }
    }

    /// The answers of the cells that are kept, each with the number of its cell.
    pub fn answers(&self) -> Vec<(usize, Dynamic)> {
        self.world.answers.all()
    }

    /// The answer of a cell, if it is kept.
    pub fn answer(&self, number: usize) -> Option<Dynamic> {
        self.world.answers.find(number)
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The modules that were imported, each with its name in the session.
    pub fn modules(&self, state: &State) -> Vec<ModuleManual> {
        state.modules.iter().map(|(alias, module)| manual(module, alias)).collect()
    }

    /// The manual of a module that can be imported by this name.
    pub fn module(&self, name: &str) -> Result<ModuleManual> {
        self.world.modules.manual_of(&self.engine, &self.world, name)
    }

    /// The world behind it.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }
}

fn name_types(engine: &mut Engine, world: &Arc<World>) {
    macro_rules! shown {
        ($($type:ty => $name:literal),+ $(,)?) => {$(
            engine.register_type_with_name::<$type>($name);
            for word in ["to_string", "to_debug", "print", "debug"] {
                let world = Arc::clone(world);
                engine.register_raw_fn(word, [TypeId::of::<$type>()], move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                    let value = values[0].flatten_clone();
                    guarded(word, || text_of(&value, &world)).map(ImmutableString::from)
                });
            }
        )+};
    }
    shown!(
        Frame => "Frame",
        Expression => "Expression",
        Groups => "Groups",
        When => "When",
        Record => "Record",
        Picture => "Picture",
        Day => "Day",
        TextSpace => "TextSpace",
        DateSpace => "DateSpace",
        ListSpace => "ListSpace",
        StructSpace => "StructSpace",
        NameSpace => "NameSpace",
        Selectors => "Selectors",
        Moment => "Moment",
        show::Page => "Page",
        Failure => "Failure",
    );
    engine.register_get("message", |failure: &mut Failure| failure.message.clone());
    engine.register_get("str", |expression: &mut Expression| TextSpace(expression.clone()));
    engine.register_get("dt", |expression: &mut Expression| DateSpace(expression.clone()));
    engine.register_get("list", |expression: &mut Expression| ListSpace(expression.clone()));
    engine.register_get("struct", |expression: &mut Expression| StructSpace(expression.clone()));
    engine.register_get("name", |expression: &mut Expression| NameSpace(expression.clone()));
    let names = Arc::clone(world);
    engine.register_indexer_get(move |frame: &mut Frame, name: ImmutableString| {
        guarded("column", || column(frame, &name, &names))
    });
    // After `frame.amount.sum()` Rhai gives the column back to the frame, as it does with any value that a method was
    // called on: that is no assignment.
    engine.register_indexer_set(|_: &mut Frame, name: ImmutableString, value: Dynamic| {
        match value.read_lock::<Expression>().is_some_and(|given| given.is_column(&name)) {
            true => Ok(()),
            false => Err(thrown(verbs::unchangeable(&name))),
        }
    });
    engine.register_indexer_get(|record: &mut Record, name: ImmutableString| {
        guarded("figure", || verbs::figure(record, &name))
    });
    // After `model.parameters.head()` and `model.auc.round(3)` Rhai gives the value back to the model: that is no
    // assignment.
    engine.register_indexer_set(|record: &mut Record, name: ImmutableString, given: Dynamic| {
        match verbs::figure(record, &name) {
            Ok(value) if is_given_back(&value, &given) => Ok(()),
            _ => Err(thrown(
                Failure::new(format!("`{name}` of an answer cannot be changed"))
                    .help("keep the new value in a variable of your own"),
            )),
        }
    });
}

/// Whether a value of an answer is the one that was read from it.
fn is_given_back(value: &Dynamic, given: &Dynamic) -> bool {
    match (value.read_lock::<Frame>(), given.read_lock::<Frame>()) {
        (Some(value), Some(given)) => value.is_same(&given),
        (None, None) => format!("{value:?}") == format!("{given:?}"),
        _ => false,
    }
}

/// `frame["amount"]`, `frame.amount`.
fn column(frame: &Frame, name: &str, world: &World) -> Result<Expression> {
    let is_word = world.catalogue.get(name).is_some() || world.catalogue.verb(name).is_some();
    frame.need(name).map(|()| Expression::column(name)).map_err(|failure| match is_word {
        true => Failure { help: Vec::new(), ..failure }
            .help(format!("`{name}` is a function: call it with parentheses, `frame.{name}(…)`")),
        false => match ours(name) {
            Some(advice) => failure.help(advice),
            None => failure,
        },
    })
}

/// A value as text, as `print` and `${…}` show it.
fn text_of(value: &Dynamic, world: &World) -> Result<String> {
    const WIDTH: usize = 100;
    const ROWS: usize = 20;
    let page = show::page(&value_of(value), world.host(), WIDTH, ROWS)?;
    Ok(page.plain().trim_end().to_owned())
}

/// Operators between expressions and anything, and comparisons that Rhai would quietly answer with `false`.
fn operators(engine: &mut Engine) {
    let any = TypeId::of::<Dynamic>();
    let expression = TypeId::of::<Expression>();
    for sign in ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "&", "|", "^"] {
        for types in [[expression, any], [any, expression]] {
            engine.register_raw_fn(sign, types, move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                guarded(sign, || Expression::binary(sign, &operand(values[0])?, &operand(values[1])?))
            });
        }
    }
    for sign in ["==", "!=", "<", "<=", ">", ">="] {
        engine.register_raw_fn(sign, [any, any], move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
            guarded(sign, || compare(sign, values[0], values[1]))
        });
    }
    engine.register_fn("-", |expression: &mut Expression| expression.negative());
    engine.register_fn("!", |expression: &mut Expression| expression.not());
}

/// Comparisons, of all values: of one kind as one expects, with an expression as an expression, otherwise refused.
fn compare(sign: &str, left: &Dynamic, right: &Dynamic) -> Result<Dynamic> {
    if let Some(order) = order(left, right) {
        return Ok(holds(sign, order).into());
    }
    if left.is::<Expression>() || right.is::<Expression>() {
        return Expression::binary(sign, &operand(left)?, &operand(right)?).map(Dynamic::from);
    }
    // Whether there is a value at all can be asked of anything.
    if (left.is_unit() || right.is_unit()) && (sign == "==" || sign == "!=") {
        return Ok(((left.is_unit() == right.is_unit()) == (sign == "==")).into());
    }
    Err(incomparable(sign, left, right))
}

/// How two plain values of one kind stand to each other: numbers (`1 == 1.0`), text and characters, flags, dates.
/// The inner `None` is for what has no order: a NaN.
pub(super) fn order(left: &Dynamic, right: &Dynamic) -> Option<Option<Ordering>> {
    if let (Ok(left), Ok(right)) = (left.as_int(), right.as_int()) {
        return Some(Some(left.cmp(&right)));
    }
    let number = |value: &Dynamic| value.as_float().ok().or_else(|| value.as_int().ok().map(|whole| whole as f64));
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return Some(left.partial_cmp(&right));
    }
    if let (Some(left), Some(right)) = (left.read_lock::<ImmutableString>(), right.read_lock::<ImmutableString>()) {
        return Some(Some(left.cmp(&right)));
    }
    if let (Ok(left), Ok(right)) = (left.as_bool(), right.as_bool()) {
        return Some(Some(left.cmp(&right)));
    }
    // A character is a text of one character.
    let text = |value: &Dynamic| match value.as_char() {
        Ok(letter) => Some(letter.to_string()),
        Err(_) => value.read_lock::<ImmutableString>().map(|text| text.to_string()),
    };
    if let (Some(left), Some(right)) = (text(left), text(right)) {
        return Some(Some(left.cmp(&right)));
    }
    // A day is its first moment.
    Some(Some(moment(left)?.cmp(&moment(right)?)))
}

fn moment(value: &Dynamic) -> Option<chrono::NaiveDateTime> {
    if let Some(day) = value.read_lock::<Day>() {
        return day.0.and_hms_opt(0, 0, 0);
    }
    value.read_lock::<Moment>().map(|moment| moment.0)
}

fn holds(sign: &str, order: Option<Ordering>) -> bool {
    match sign {
        "==" => order == Some(Ordering::Equal),
        "!=" => order != Some(Ordering::Equal),
        "<" => order == Some(Ordering::Less),
        "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        ">" => order == Some(Ordering::Greater),
        _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// What a function of the catalogue does with the values of a call.
pub(super) type Call = fn(&Arc<World>, usize, &mut [&mut Dynamic]) -> Result<Dynamic>;

/// What a method of a model does with the values of a call, the model first.
pub(super) type Ask = fn(&Arc<World>, &str, &mut [&mut Dynamic]) -> Result<Dynamic>;

/// The functions of the catalogue whose names are wanted, in both forms: with and without the map of options.
pub(super) fn functions(engine: &mut Engine, world: &Arc<World>, call: Call, is_wanted: impl Fn(&str) -> bool) {
    for (place, entry) in world.catalogue.entries().iter().enumerate() {
        if !is_wanted(entry.name()) {
            continue;
        }
        for types in forms(entry.tables().len()) {
            let world = Arc::clone(world);
            engine.register_raw_fn(
                entry.name(),
                types,
                move |context: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                    world.texts.reach(context.call_level());
                    let answer = guarded("function", || call(&world, place, values))?;
                    let given = values.iter().map(|value| value.flatten_clone());
                    let name = world.catalogue.entries()[place].name();
                    Ok(answered(answer, name, given, context.call_position(), &world))
                },
            );
        }
    }
}

/// The methods of models whose names are wanted: by the value before the dot, on a table where one is given, with options or
/// without.
pub(super) fn methods(engine: &mut Engine, world: &Arc<World>, ask: Ask, is_wanted: impl Fn(&str) -> bool) {
    let (model, frame, map) = (TypeId::of::<Record>(), TypeId::of::<Frame>(), TypeId::of::<rhai::Map>());
    for name in world.catalogue.method_names().into_iter().filter(|name| is_wanted(name)) {
        for types in [vec![model], vec![model, map], vec![model, frame], vec![model, frame, map]] {
            let (world, method) = (Arc::clone(world), name.to_owned());
            engine.register_raw_fn(name, types, move |context: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                let answer = guarded("method", || ask(&world, &method, values))?;
                let given = values.iter().map(|value| value.flatten_clone());
                Ok(answered(answer, &method, given, context.call_position(), &world))
            });
        }
    }
}

fn ask(world: &Arc<World>, name: &str, values: &mut [&mut Dynamic]) -> Result<Dynamic> {
    let model = model_of(values)?;
    let (given, options) = arguments_of(&values[1..])?;
    let (model, name) = (model.clone(), name.to_owned());
    let function = model.function.clone();
    let answer =
        apart("method", world, move |world, context| world.catalogue.ask(&model, &name, given, &options, context));
    answer.map(dynamic_of_answer).map_err(|failure| advised(&function, failure))
}

/// The model before the dot.
pub(super) fn model_of(values: &[&mut Dynamic]) -> Result<Record> {
    let model = values.first().and_then(|value| value.read_lock::<Record>().map(|record| record.clone()));
    model.ok_or_else(|| Failure::new("a fitted model is wanted before the dot"))
}

/// The types of a function's arguments: its tables alone, and with a map of options behind them. The table of an answer
/// stands for it in the first place.
fn forms(tables: usize) -> Vec<Vec<TypeId>> {
    let tables = vec![TypeId::of::<Frame>(); tables];
    let mut of_answer = tables.clone();
    if let Some(first) = of_answer.first_mut() {
        *first = TypeId::of::<Record>();
    }
    let with_options = |tables: &[TypeId]| tables.iter().copied().chain([TypeId::of::<rhai::Map>()]).collect();
    vec![with_options(&tables), with_options(&of_answer), tables, of_answer]
}

fn call(world: &Arc<World>, place: usize, values: &mut [&mut Dynamic]) -> Result<Dynamic> {
    let entry = &world.catalogue.entries()[place];
    let (given, options) = arguments_of(values)?;
    let answer = match entry.runs_in_the_session() {
        true => entry.call(given, &options, &world.context()),
        false => apart("function", world, move |world, context| {
            world.catalogue.entries()[place].call(given, &options, context)
        }),
    };
    answer.map(dynamic_of_answer).map_err(|failure| advised(&entry.manual().name, failure))
}

/// The tables and the options that a function is called with.
pub(super) fn arguments_of(
    values: &[&mut Dynamic],
) -> Result<(Given<Frame>, serde_json::Map<String, serde_json::Value>)> {
    let mut tables = Vec::new();
    let mut beside = Vec::new();
    let mut options = serde_json::Map::new();
    for value in values {
        if let Some(frame) = value.read_lock::<Frame>() {
            tables.push(frame.clone());
        } else if let Some(record) = value.read_lock::<Record>() {
            tables.push(table_of(&record)?);
        } else if value.is_map()
            && let serde_json::Value::Object(map) = json_and_tables(value, &mut beside)?
        {
            options = map;
        }
    }
    Ok((Given::tables(tables).beside(beside), options))
}

/// A failure of a function, with advice.
pub(super) fn advised(name: &str, failure: Failure) -> Failure {
    if failure.help.is_empty() && !failure.cancelled {
        failure.help(format!("`help {name}` tells what it takes and what its options mean"))
    } else {
        failure
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use regulars_plugin::{Date, Host};

    use super::super::{Answers, Event, Listener, Modules, Params, Snapshots, Texts};
    use super::*;

    struct Nobody;

    impl Host for Nobody {
        fn is_cancelled(&self) -> bool {
            false
        }

        fn progress(&self, _: u64, _: u64, _: &str) {}

        fn warn(&self, _: &str) {}
    }

    impl Listener for Nobody {
        fn hear(&self, _: Event) {}
    }

    static COPIES: AtomicUsize = AtomicUsize::new(0);

    /// Stands for a list of millions.
    struct Large;

    impl Clone for Large {
        fn clone(&self) -> Large {
            COPIES.fetch_add(1, Ordering::Relaxed);
            Large
        }
    }

    #[test]
    fn a_cell_copies_no_variable_of_the_session() -> Result<()> {
        let stage = Stage::default();
        let world = World {
            catalogue: super::super::catalogue(&[])?,
            listener: Arc::new(Nobody),
            params: Params::default(),
            seed: 1,
            today: Date::default(),
            texts: Texts::default(),
            answers: Answers::default(),
            modules: Modules::default(),
            snapshots: Snapshots::default(),
        };
        let script = engine(Arc::new(world), &stage);
        let mut state = State::default();
        state.scope.push_dynamic("large", Dynamic::from(Large));
        for cell in ["let a = 1;", "let a = 2; a + 1", "no_such_name", "state.unknown(1)"] {
            let _ = script.run(cell, cell, &mut state);
            state.variables();
        }
        assert_eq!(COPIES.load(Ordering::Relaxed), 0);
        Ok(())
    }
}
