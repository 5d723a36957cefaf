//! Calling a function of a script plugin: on the engine of the session, in the words of the plugin's own file.

use std::sync::{Arc, OnceLock, Weak};

use regulars_plugin::{Context, Date, Failure, Manual, OptionKind, Output, Result};
use rhai::{Array, CallFnOptions, Dynamic, Engine, EvalAltResult, Scope};
use serde_json::{Map, Value};

use super::super::World;
use super::super::convert::{Day, dynamic_of_json};
use super::super::engine::CALL_DEPTH;
use super::super::failure::{Reading, translate};
use super::{KEPT, ScriptPlugin, answer};
use crate::catalogue::Scripted;
use crate::table::{Frame, ready};

/// Where functions of script plugins run: the engine of a session, once it is there.
#[derive(Default)]
pub struct Stage {
    engine: OnceLock<(Weak<Engine>, Weak<World>)>,
}

impl Stage {
    pub(in crate::script) fn set(&self, engine: &Arc<Engine>, world: &Arc<World>) {
        // A stage has one session; the engine that was there first stays.
        let _ = self.engine.set((Arc::downgrade(engine), Arc::downgrade(world)));
    }
}

/// A plugin in a session.
struct OnStage {
    plugin: ScriptPlugin,
    stage: Arc<Stage>,
}

impl ScriptPlugin {
    /// The plugin as the catalogue of a session takes it.
    pub fn on(&self, stage: &Arc<Stage>) -> Arc<dyn Scripted> {
        Arc::new(OnStage { plugin: self.clone(), stage: Arc::clone(stage) })
    }
}

impl Scripted for OnStage {
    fn name(&self) -> &str {
        self.plugin.name()
    }

    fn version(&self) -> &str {
        self.plugin.version()
    }

    fn manuals(&self) -> &[Manual] {
        self.plugin.manuals()
    }

    fn call(
        &self,
        function: usize,
        tables: Vec<Frame>,
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Output<Frame, Map<String, Value>>> {
        let engine = self.stage.engine.get().and_then(|(engine, world)| engine.upgrade().zip(world.upgrade()));
        let (Some((engine, world)), Some(manual)) = (engine, self.manuals().get(function)) else {
            return Err(Failure::new("the session of this plugin has ended").help("call the function in a session"));
        };
        let options = manual.check_options(options)?;
        let mut values = Vec::new();
        let mut notes = Vec::new();
        for (frame, wanted) in tables.iter().zip(&manual.tables) {
            let frame = ready(frame, *wanted)?;
            notes.extend(frame.notes(context.host())?);
            values.push(Dynamic::from(frame));
        }
        if !manual.options.is_empty() {
            values.push(complete(manual, &options));
        }
        context.check()?;
        let file = &self.plugin.inner.file;
        let Some(_inside) = world.texts.enter(file, CALL_DEPTH) else {
            return Err(Failure::new("functions of plugins call each other too deeply")
                .help("does a function call itself without an end?"));
        };
        let name = format!("{}{KEPT}", manual.name);
        let how = CallFnOptions::new().eval_ast(false);
        let called =
            engine.call_fn_with_options::<Dynamic>(how, &mut Scope::new(), self.plugin.functions(), name, values);
        let answer = called.map_err(|error| self.failure(&error, &world))?;
        let output = answer::output(manual, &answer, notes, context.host());
        output.map_err(|failure| match failure.place {
            Some(_) => self.told_inside(failure),
            None if failure.cancelled => failure,
            None => failure.help(format!("it is declared in {file}, line {}", self.plugin.line(function))),
        })
    }
}

impl OnStage {
    /// What went wrong in a function, in words.
    fn failure(&self, error: &EvalAltResult, world: &World) -> Failure {
        let inner = &self.plugin.inner;
        let functions: Vec<(String, Vec<String>)> = inner
            .functions
            .iter_functions()
            .map(|one| {
                let name = one.name.trim_end_matches(KEPT).to_owned();
                (name, one.params.iter().map(|name| (*name).to_owned()).collect())
            })
            .collect();
        let reading = Reading {
            catalogue: &world.catalogue,
            variables: &[],
            functions: &functions,
            modules: &[],
            source: &inner.source,
            text: None,
        };
        let failure = translate(error, &reading);
        // A table remembers where it was made; that may have been in the script that calls.
        let thrown = match innermost(error) {
            EvalAltResult::ErrorRuntime(value, _) => value.read_lock::<Failure>().and_then(|one| one.place.clone()),
            _ => None,
        };
        match thrown {
            Some(place) if place.source.as_deref() != Some(&inner.file) => failure,
            _ => self.told_inside(failure),
        }
    }

    /// Tells the place in the plugin's file in words: the place of the failure is that of the call in the script.
    fn told_inside(&self, mut failure: Failure) -> Failure {
        const LONGEST: usize = 80;
        let inner = &self.plugin.inner;
        if failure.cancelled {
            return failure;
        }
        let Some(place) = failure.place.take() else { return failure };
        let line = place.line.checked_sub(1).and_then(|before| inner.source.lines().nth(before)).unwrap_or_default();
        let line = line.trim();
        let cut: String = line.chars().take(LONGEST).collect();
        let more = if cut.len() < line.len() { " …" } else { "" };
        let told = format!("it happened in {}, line {}: `{cut}{more}`", inner.file, place.line);
        // A function that calls itself is there many times.
        if failure.help.contains(&told) { failure } else { failure.help(told) }
    }
}

/// The error that was there first.
fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            innermost(inner)
        }
        other => other,
    }
}

/// The options that were given and the defaults of the others, as the function reads them.
fn complete(manual: &Manual, given: &Map<String, Value>) -> Dynamic {
    let options = manual.options.iter().map(|option| {
        let value = given.get(&option.name).unwrap_or(&option.default);
        (option.name.as_str().into(), typed(&option.kind, value))
    });
    Dynamic::from_map(options.collect())
}

/// The value of an option as what it is: a date, and a number with its fraction, also where 5 was written.
fn typed(kind: &OptionKind, value: &Value) -> Dynamic {
    match (kind, value) {
        (OptionKind::Number { .. }, Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN).into(),
        (OptionKind::Date, Value::String(text)) => {
            text.parse::<Date>().map_or_else(|_| dynamic_of_json(value), |day| Dynamic::from(Day(day)))
        }
        (OptionKind::List(item), Value::Array(items)) => {
            items.iter().map(|value| typed(item, value)).collect::<Array>().into()
        }
        _ => dynamic_of_json(value),
    }
}
