//! Scripts themselves: parameters, showing, notes, records.

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic};

use crate::catalogue::Record;
use crate::catalogue::VerbGroup::Scripts;
use crate::files;
use crate::script::Event;
use crate::script::bind::{Ahead, Bound, Kind, verb};
use crate::script::convert::{dynamic_of_json, value_of};
use crate::script::params::{self, Param};
use crate::script::plugin::{DECLARE, PLUGIN};
use crate::table::Frame;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(
            Scripts,
            "param",
            "param(name, default, \"what it is\", #{choices, min, max, type})",
            "A parameter of the script: given as `--name value`, or the default, which says of which kind it is. A list is given with \
             commas. `choices` lists the values that it may have, `min` and `max` bound a number or a date; `type` (text, integer, \
             number, flag, date) is needed only where the default is `()`.",
        )
        .example("param(\"bins\", 5, \"groups in each score\", #{min: 2, max: 10})")
        .does(2, 4, |call| {
            let meaning = if call.count() > 2 { call.text(2)? } else { String::new() };
            let options = if call.count() > 3 { call.map(3)? } else { rhai::Map::new() };
            let param = Param::new(&call.text(0)?, &call.values[1], &meaning, options)?;
            params::value(&call.world.params, &param, &call.values[1])
        })
        .plans(),
        verb(
            Scripts,
            "out",
            "out(number)",
            "The answer of an earlier cell of the prompt, by the number before it; -1 is the last one, as `_` is. In a script the cells are \
             counted from 1.",
        )
        .does(1, 1, |call| call.world.answers.get(call.integer(0)?)),
        verb(Scripts, "show", "show(value, rows)", "Shows a value at once; the last value of a cell is shown anyway. Of a longer table 20 rows are shown unless told: `show(tx, 100)`.")
            .does(1, 2, |call| {
                let rows = if call.count() > 1 { Some(call.rows(1, 0)? as usize) } else { None };
                // A frame runs here, so that its failure stops the script and can be caught.
                if let Ok(frame) = call.frame(0) {
                    frame.data(call.world.host())?;
                }
                call.world.listener.hear(Event::Show(Box::new(value_of(&call.values[0])), rows));
                Ok(())
            }),
        verb(Scripts, "view", "view()", "Opens a frame to be looked through: every row and column, with search and sort, `?` tells the keys. Where no terminal is, it shows the frame as `show` does.")
            .on::<Frame>()
            .does(0, 0, |call| {
                let frame = call.frame(0)?;
                frame.data(call.world.host())?;
                call.world.listener.hear(Event::View(Box::new(value_of(&call.values[0]))));
                Ok(())
            }),
        verb(
            Scripts,
            "has_function",
            "has_function(name)",
            "Whether there is a function of that name: built in, or of a loaded plugin.",
        )
        .example("has_function(\"rfm\")")
        .does(1, 1, |call| Ok(call.world.catalogue.get(&call.text(0)?).is_some()))
        .plans(),
        verb(
            Scripts,
            DECLARE,
            "declare(\"name\", #{family, tables, options, columns, keeps_columns, figures, further, chart, related})",
            "Declares the function of that name in the file of a plugin; the comment above `fn name` is its manual. The file is loaded with `--plugin FILE`.",
        )
        .does(0, 2, |_| stands_in_a_plugin(DECLARE))
        .plans(),
        verb(
            Scripts,
            PLUGIN,
            "plugin(#{name, version})",
            "Says in the file of a plugin what it is called; without it the file's own name counts.",
        )
        .does(0, 1, |_| stands_in_a_plugin(PLUGIN))
        .plans(),
        verb(
            Scripts,
            "notes",
            "answer.notes",
            "What the reader of an answer should know: what was left out, which convention was chosen.",
        )
        .on::<Frame>()
        .or_property()
        .does(0, 0, |call| Ok(list(call.frame(0)?.notes(call.world.host())?))),
        verb(Scripts, "notes", "record.notes", "What the reader of an answer should know.")
            .on::<Record>()
            .or_property()
            .does(0, 0, |call| Ok(list(call.own::<Record>(0, "a record")?.notes))),
        verb(Scripts, "table", "record.table()", "The table behind the figures of a record.")
            .example("sample(\"cdnow\").pareto_share().table().head(3)")
            .on::<Record>()
            .or_property()
            .does(0, 0, |call| {
                let record: Record = call.own(0, "a record")?;
                record.table.ok_or_else(|| Failure::new(format!("the answer of `{}` has no table", record.function)))
            })
            .plans(),
        verb(
            Scripts,
            "save",
            "model.save(path)",
            "Writes a fitted model as a readable file (.json), whole or not at all: parameters, figures and notes, but no rows.",
        )
        .on::<Record>()
        .does(1, 1, |call| {
            let model: Record = call.own(0, "a fitted model")?;
            let path = call.text(1)?;
            is_json(&path)?;
            let text = call.world.catalogue.text_of_model(&model, call.world.host())?;
            files::write_text(&path, &text).map_err(|failure| failure.within("save"))?;
            call.world.listener.hear(Event::Wrote(path));
            Ok(())
        })
        .ahead(|call| is_json(&call.text(1)?).map(|()| Ahead::Is(Dynamic::UNIT))),
        verb(
            Scripts,
            "load_model",
            "load_model(path)",
            "Reads a fitted model that `.save` wrote; its methods then work on tables that they are given.",
        )
        .does(1, 1, |call| {
            let path = call.text(0)?;
            let text = files::read_text(&path)?;
            call.world.listener.has_read("load_model", &path, None);
            let model = call.world.catalogue.read_model(&text);
            model.map(Dynamic::from).map_err(|failure| failure.within(path).within("load_model"))
        })
        .ahead(|_| Ok(Ahead::Some(Kind::of::<Record>()))),
    ]
}

/// What is told where a script says what only the file of a plugin says.
fn stands_in_a_plugin(word: &str) -> Result<()> {
    Err(Failure::new(format!("`{word}` stands in the file of a plugin, and a plugin is not run"))
        .help("load the file, and call its functions: `regulars --plugin FILE`")
        .help("`regulars check FILE` tells what is wrong in it"))
}

/// A model is written as JSON and under no other name: whoever writes `.png` wants its picture.
fn is_json(path: &str) -> Result<()> {
    if path.to_lowercase().ends_with(".json") {
        return Ok(());
    }
    Err(Failure::new(format!("a model is written as JSON, but `{path}` does not end with .json"))
        .help("its picture is saved with `model.chart().save(\"picture.png\")`")
        .help("a table of it with `model.parameters.write(\"parameters.csv\")`")
        .within("save"))
}

fn list(texts: Vec<String>) -> Dynamic {
    texts.into_iter().map(Dynamic::from).collect::<Array>().into()
}

/// A figure or a further table of a record, by name.
pub(in crate::script) fn figure(record: &Record, name: &str) -> Result<Dynamic> {
    if let Some((_, frame)) = record.further.iter().find(|(known, _)| known == name) {
        return Ok(Dynamic::from(frame.clone()));
    }
    record.figures.get(name).map(dynamic_of_json).ok_or_else(|| {
        Failure::new(format!("the answer of `{}` has no figure `{name}`", record.function))
            .near(name, record.figures.keys().chain(record.further.iter().map(|(name, _)| name)).map(String::as_str))
    })
}
