//! Calls across the border of a module. A function of a module runs with the functions, imports and constants of its own file
//! and none of the caller's, whatever they are called. Rhai's own modules do not promise that: they look names up where the call
//! stands, and remember what they found.

use std::sync::{Arc, Weak};

use regulars_plugin::Failure;
use rhai::{
    Array, Dynamic, EvalAltResult, FnPtr, GlobalRuntimeState, ImmutableString, Map, NativeCallContext, Position,
    RhaiFunc,
};

use super::super::World;
use super::super::bind::thrown;
use super::super::failure::{Reading, innermost, translate};
use super::super::world::line_of;
use super::Home;

/// What an error of the text that called a module is wrapped in, so that no module takes it for its own.
const OF_THE_CALLER: &str = "";

/// The name of every function that was handed over the border: Rhai takes no other than that of a function with a name.
pub(in crate::script) const HANDED_OVER: &str = "function_handed_over";

/// Levels of calls that the border counts for.
const LEVELS: usize = 3;

/// The file whose functions run, as the engine carries it along.
#[derive(Clone)]
pub(super) struct Held(pub(super) Arc<Home>);

/// The module whose functions run; none in the script itself.
pub(super) fn home_of(global: &GlobalRuntimeState) -> Option<Arc<Home>> {
    global.tag.read_lock::<Held>().map(|held| Arc::clone(&held.0))
}

/// A function of a module as the engine calls it from outside.
pub(super) fn outer(home: &Arc<Home>, own: &Arc<GlobalRuntimeState>, name: &str, world: &Weak<World>) -> RhaiFunc {
    let (home, own, world) = (Arc::clone(home), Arc::clone(own), world.clone());
    let name: ImmutableString = name.into();
    let call = move |context: Option<NativeCallContext<'_>>, values: &mut [&mut Dynamic]| {
        let (Some(context), Some(world)) = (context, world.upgrade()) else { return Err(ended()) };
        let caller = Arc::new(Around { global: context.global_runtime_state().clone(), world: Arc::downgrade(&world) });
        let mut values: Vec<Dynamic> = values.iter_mut().map(|value| bound(value.take().flatten(), &caller)).collect();
        let mut global = own.as_ref().clone();
        global.level = context.call_level() + LEVELS;
        let file: &str = &home.file;
        let position = context.call_position();
        let inner = NativeCallContext::new_with_all_fields(context.engine(), &name, Some(file), &global, position);
        let ran = {
            let _inside = world.texts.enter_module(&home.file, &home.text);
            let mut values: Vec<&mut Dynamic> = values.iter_mut().collect();
            inner.call_fn_raw(name.as_str(), false, false, &mut values)
        };
        let own = Around { global, world: Arc::downgrade(&world) };
        let answer = ran.map_err(|error| told(error, &home, &world, &name, position))?;
        Ok(bound(answer, &Arc::new(own)))
    };
    RhaiFunc::Pure { func: Arc::new(call), has_context: true, is_pure: true, is_volatile: true }
}

fn ended() -> Box<EvalAltResult> {
    thrown(Failure::new("the session of this module has ended"))
}

/// What stood around a function that was handed over.
struct Around {
    global: GlobalRuntimeState,
    world: Weak<World>,
}

/// A value with every function in it bound to where it comes from: on the other side nothing of it would be found.
fn bound(value: Dynamic, around: &Arc<Around>) -> Dynamic {
    if let Some(function) = value.read_lock::<FnPtr>().map(|function| function.clone()) {
        return bound_function(function, around);
    }
    let holds = |value: &Dynamic| holds_function(value);
    if value.is_array() && holds(&value) {
        let list = value.into_typed_array::<Dynamic>().unwrap_or_default();
        return list.into_iter().map(|item| bound(item, around)).collect::<Array>().into();
    }
    if value.is_map() && holds(&value) {
        let map = value.try_cast::<Map>().unwrap_or_default();
        return Dynamic::from_map(map.into_iter().map(|(name, value)| (name, bound(value, around))).collect());
    }
    value
}

fn holds_function(value: &Dynamic) -> bool {
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().any(holds_function);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map.values().any(holds_function);
    }
    value.is_fnptr()
}

fn bound_function(function: FnPtr, around: &Arc<Around>) -> Dynamic {
    let (kept, around) = (function.clone(), Arc::clone(around));
    let call = move |context: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
        let Some(world) = around.world.upgrade() else { return Err(ended()) };
        let home = home_of(&around.global);
        let mut global = around.global.clone();
        global.level = context.call_level() + LEVELS;
        let source = global.source.clone();
        let position = context.call_position();
        let inner = NativeCallContext::new_with_all_fields(
            context.engine(),
            kept.fn_name(),
            source.as_deref(),
            &global,
            position,
        );
        let here = Arc::new(Around { global: context.global_runtime_state().clone(), world: around.world.clone() });
        // The values stay where they are: whoever calls tries again with more of them.
        let values: Vec<Dynamic> = values.iter().map(|value| bound(value.flatten_clone(), &here)).collect();
        let _inside = match &home {
            Some(home) => world.texts.enter_module(&home.file, &home.text),
            None => world.texts.enter_piece(),
        };
        let answer = kept.call_raw(&inner, None, values).map_err(|error| match &home {
            // Whoever calls it tries other numbers of arguments where this one does not fit.
            _ if is_misfit(&error, kept.fn_name()) => misfit(*error),
            Some(home) => told(error, home, &world, kept.fn_name(), position),
            None => Box::new(EvalAltResult::ErrorInModule(OF_THE_CALLER.to_owned(), error, Position::NONE)),
        })?;
        Ok(bound(answer, &around))
    };
    #[allow(deprecated, reason = "it is not deprecated, but marked as one that may change; Rhai is pinned by the lock")]
    let made = FnPtr::from_fn(HANDED_OVER, call);
    made.map_or_else(|_| function.into(), Dynamic::from)
}

fn is_misfit(error: &EvalAltResult, name: &str) -> bool {
    matches!(error, EvalAltResult::ErrorFunctionNotFound(signature, _) if signature.starts_with(name))
}

fn misfit(error: EvalAltResult) -> Box<EvalAltResult> {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, position) => {
            let arguments = signature.find(" (").map_or("", |at| &signature[at..]);
            Box::new(EvalAltResult::ErrorFunctionNotFound(format!("{HANDED_OVER}{arguments}"), position))
        }
        other => Box::new(other),
    }
}

/// What went wrong in a module, with its place there. What a script throws itself stays what it is, so that it can be caught.
fn told(error: Box<EvalAltResult>, home: &Home, world: &World, name: &str, called: Position) -> Box<EvalAltResult> {
    if is_of_the_caller(&error) || matches!(*error, EvalAltResult::ErrorTerminated(..) | EvalAltResult::Exit(..)) {
        return error;
    }
    let is_thrown = matches!(error.unwrap_inner(), EvalAltResult::ErrorRuntime(value, _) if !value.is::<Failure>());
    if is_thrown {
        return Box::new(EvalAltResult::ErrorInModule(home.file.to_string(), error, called));
    }
    let reading = Reading {
        catalogue: &world.catalogue,
        variables: &[],
        functions: &home.arguments(),
        modules: &home.modules,
        source: &home.text,
        text: Some(home.file.to_string()),
    };
    let failure = translate(&error, &reading);
    if failure.cancelled {
        return thrown(failure);
    }
    let failure = placed(failure, home, innermost(&error).0);
    let name = if name.starts_with("anon$") { "a closure" } else { name };
    let mut error = thrown(failure.within(name));
    error.set_position(called);
    error
}

/// A failure of a module with the place in its file. One of a deeper module keeps its own place, and is told where it was
/// called.
fn placed(mut failure: Failure, home: &Home, position: Position) -> Failure {
    match &mut failure.place {
        Some(place) if place.source.as_ref().is_none_or(|source| **source == *home.file) => {
            place.source = Some(home.file.to_string());
            place.text = line_of(&home.text, place.line);
            failure
        }
        Some(_) => {
            let reached = reached(Some(&home.file), &home.text, position);
            match reached {
                Some(reached) if !failure.help.contains(&reached) => failure.help(reached),
                _ => failure,
            }
        }
        None => failure,
    }
}

/// Where a failure of another text was reached from, in words.
pub(in crate::script) fn reached(file: Option<&str>, text: &str, position: Position) -> Option<String> {
    const LONGEST: usize = 80;
    let number = position.line()?;
    let whole = line_of(text, number)?;
    let line: String = whole.trim().chars().take(LONGEST).collect();
    let more = if line.len() < whole.trim().len() { " …" } else { "" };
    let file = file.map_or(String::new(), |file| format!("{file}, "));
    Some(format!("it was reached from {file}line {number}: `{line}{more}`"))
}

fn is_of_the_caller(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInModule(name, ..) if name == OF_THE_CALLER => true,
        EvalAltResult::ErrorInModule(_, inner, _) | EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => {
            is_of_the_caller(inner)
        }
        _ => false,
    }
}
