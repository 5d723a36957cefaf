//! The engine of the rehearsal: the same words and functions, each doing what can be done before there are rows.

use std::sync::Arc;

use regulars_plugin::{Manual, Result};
use rhai::{Dynamic, Engine, ImmutableString};

use crate::catalogue::Record;
use crate::script::bind::{Ahead, Bound, Kind, guarded, register};
use crate::script::convert::dynamic_of_answer;
use crate::script::engine::{advised, arguments_of, base, functions, methods, model_of};
use crate::script::{World, verbs};
use crate::table::Frame;

/// Operations and sizes up to which known values are computed.
const MOST_OPERATIONS: u64 = 10_000;
const LONGEST: usize = 10_000;

/// An engine for a world in which nothing happens. It knows the words and functions that some texts name: teaching it all of
/// them would take longer than reading most scripts.
pub(super) fn engine(world: &Arc<World>, bounds: &[Bound], texts: &[&str]) -> Engine {
    let is_named = |name: &str| texts.iter().any(|text| text.contains(name));
    let mut engine = base(world);
    engine.set_max_operations(MOST_OPERATIONS);
    engine.set_max_array_size(LONGEST);
    engine.set_max_map_size(LONGEST);
    engine.set_max_string_size(LONGEST);
    engine.on_print(|_| ());
    engine.on_debug(|_, _, _| ());
    let rehearsed: Vec<Bound> = bounds.iter().filter(|bound| is_named(bound.verb.name)).map(Bound::rehearsed).collect();
    register(rehearsed.iter(), &mut engine, world);
    functions(&mut engine, world, call, is_named);
    methods(&mut engine, world, ask, is_named);
    // The names of figures are known, their values are not.
    engine.register_indexer_get(|record: &mut Record, name: ImmutableString| {
        guarded("figure", || verbs::figure(record, &name)).map(|value| match value.is::<Frame>() {
            true => value,
            false => Dynamic::from(Ahead::Some(Kind::of::<Dynamic>())),
        })
    });
    engine
}

fn call(world: &Arc<World>, place: usize, values: &mut [&mut Dynamic]) -> Result<Dynamic> {
    let entry = &world.catalogue.entries()[place];
    let (given, options) = arguments_of(values)?;
    let foreseen = entry.foresee(&given, &options).map_err(|failure| advised(&entry.manual().name, failure))?;
    Ok(match foreseen {
        Some(answer) => dynamic_of_answer(answer),
        None => Dynamic::from(Ahead::Some(answers(entry.manual()))),
    })
}

fn ask(world: &Arc<World>, name: &str, values: &mut [&mut Dynamic]) -> Result<Dynamic> {
    let model = model_of(values)?;
    let (given, options) = arguments_of(&values[1..])?;
    let foreseen = world.catalogue.foresee_ask(&model, name, &given, &options);
    Ok(match foreseen.map_err(|failure| advised(&model.function, failure))? {
        Some(answer) => dynamic_of_answer(answer),
        None => Dynamic::from(Ahead::Some(Kind::of::<Dynamic>())),
    })
}

/// The type of what a function answers.
pub(super) fn answers(manual: &Manual) -> Kind {
    if manual.is_record() { Kind::of::<Record>() } else { Kind::of::<Frame>() }
}
