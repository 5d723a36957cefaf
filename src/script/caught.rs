//! Errors of Rhai itself that a script catches: Rhai hands each on as a map of its parts, in its own words. Where such a map is
//! made text it speaks as our own errors do.

use std::any::TypeId;
use std::sync::Arc;

use regulars_plugin::Failure;
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext, Position};

use super::World;
use super::failure::{Reading, translate};
use crate::catalogue::Catalogue;

/// Lets maps be made text: an error in our words, any other map with its entries.
pub(super) fn register(engine: &mut Engine, world: &Arc<World>) {
    for word in ["to_string", "to_debug", "print", "debug"] {
        let world = Arc::clone(world);
        engine.register_raw_fn(
            word,
            [TypeId::of::<Map>()],
            move |call: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                let caught = failure(values[0], &world.catalogue);
                Ok(ImmutableString::from(
                    caught.map_or_else(|| entries(&call, values[0]), |failure| failure.to_string()),
                ))
            },
        );
    }
}

/// The failure that a caught value is, if it is an error of Rhai.
pub(super) fn failure(value: &Dynamic, catalogue: &Catalogue) -> Option<Failure> {
    let error = error(&*value.read_lock::<Map>()?)?;
    let reading = Reading { catalogue, variables: &[], functions: &[], modules: &[], source: "", text: None };
    Some(translate(&error, &reading))
}

/// The error whose parts a map holds.
fn error(map: &Map) -> Option<EvalAltResult> {
    let text = |name: &str| map.get(name)?.read_lock::<ImmutableString>().map(|text| text.to_string());
    let number = |name: &str| map.get(name)?.as_int().ok();
    let (kind, message, here) = (text("error")?, text("message")?, Position::NONE);
    Some(match kind.as_str() {
        "ErrorFunctionNotFound" => EvalAltResult::ErrorFunctionNotFound(text("function")?, here),
        "ErrorVariableNotFound" => EvalAltResult::ErrorVariableNotFound(text("variable")?, here),
        "ErrorPropertyNotFound" => EvalAltResult::ErrorPropertyNotFound(text("variable")?, here),
        "ErrorAssignmentToConstant" => EvalAltResult::ErrorAssignmentToConstant(text("variable")?, here),
        "ErrorMismatchDataType" => EvalAltResult::ErrorMismatchDataType(text("requested")?, text("actual")?, here),
        "ErrorMismatchOutputType" => EvalAltResult::ErrorMismatchOutputType(text("requested")?, text("actual")?, here),
        "ErrorArrayBounds" => {
            EvalAltResult::ErrorArrayBounds(usize::try_from(number("length")?).ok()?, number("index")?, here)
        }
        "ErrorStringBounds" => {
            EvalAltResult::ErrorStringBounds(usize::try_from(number("length")?).ok()?, number("index")?, here)
        }
        "ErrorIndexNotFound" => EvalAltResult::ErrorIndexNotFound(map.get("index")?.clone(), here),
        "ErrorIndexingType" => EvalAltResult::ErrorIndexingType(text("type")?, here),
        "ErrorArithmetic" => EvalAltResult::ErrorArithmetic(message, here),
        "ErrorFor" => EvalAltResult::ErrorFor(here),
        "ErrorStackOverflow" => EvalAltResult::ErrorStackOverflow(here),
        "ErrorModuleNotFound" => EvalAltResult::ErrorModuleNotFound(text("module")?, here),
        _ if kind.starts_with("Error") => EvalAltResult::ErrorRuntime(message.into(), here),
        _ => return None,
    })
}

/// A map as Rhai writes it.
fn entries(call: &NativeCallContext<'_>, map: &mut Dynamic) -> String {
    let Some(mut map) = map.write_lock::<Map>() else { return String::new() };
    let shown = map.iter_mut().map(|(name, value)| {
        let text = call.call_native_fn_raw("to_debug", true, &mut [value]);
        let text = text.ok().and_then(|text| text.into_immutable_string().ok()).unwrap_or_default();
        format!("{name:?}: {text}")
    });
    format!("#{{{}}}", shown.collect::<Vec<_>>().join(", "))
}
