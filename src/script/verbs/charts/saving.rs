//! What is done with a picture that is there: other words, colours and scales, notes, layers, and writing it.

use regulars_plugin::{AxisScale, Failure, Result};
use rhai::Dynamic;
use serde_json::{Map, Value};

use super::options::{Given, SCALES, THEMES};
use crate::catalogue::VerbGroup::Charts;
use crate::chart::{Annotation, Picture, Spot};
use crate::files;
use crate::script::Event;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, verb};

/// Pixels per point of a saved PNG: sharp on today's screens and in slides.
const DENSITY: f64 = 2.0;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Charts, "title", "picture.title(sentence)", "The picture under another title: what it says, as a sentence.")
            .example("sample(\"cdnow\").bar(#{x: \"quantity\"}).title(\"Most orders hold one or two discs\")")
            .on::<Picture>()
            .does(1, 1, |call| own(call)?.with_title(&call.text(1)?)),
        verb(Charts, "theme", "picture.theme(name)", "The picture on \"light\" or \"dark\" ground.")
            .example("sample(\"cdnow\").rfm().chart().theme(\"dark\")")
            .choices("name", THEMES)
            .on::<Picture>()
            .does(1, 1, |call| {
                let value = Value::String(call.text(1)?);
                own(call)?.with_theme(Given { name: "theme", value: &value }.choice(&THEMES)?)
            }),
        verb(Charts, "size", "picture.size(width, height)", "The picture in another size, in pixels; a saved PNG has twice as many each way, for sharp screens.")
            .example("sample(\"cdnow\").rfm().chart().size(640, 400)")
            .on::<Picture>()
            .does(2, 2, |call| {
                let side = |index| call.integer(index).map(|side| u32::try_from(side).unwrap_or(0));
                own(call)?.with_size(side(1)?, side(2)?)
            }),
        verb(Charts, "scale", "picture.scale(#{x, y})", "The picture with a \"linear\" or \"log\" scale along an axis; on a logarithmic one equal ratios are equally long.")
            .example("sample(\"cdnow\").rfm().scatter(#{x: \"frequency\", y: \"monetary\"}).scale(#{x: \"log\"})")
            .choices("x", SCALES)
            .choices("y", SCALES)
            .on::<Picture>()
            .does(1, 1, |call| {
                let options = call.json(1)?;
                let (mut x, mut y): (Option<AxisScale>, Option<AxisScale>) = (None, None);
                for (name, value) in &options {
                    let scale = Given { name, value }.choice(&SCALES);
                    match name.as_str() {
                        "x" => x = Some(scale?),
                        "y" => y = Some(scale?),
                        other => return Err(Failure::new(format!("no axis `{other}`")).near(other, ["x", "y"]).within("scale")),
                    }
                }
                own(call)?.with_scales(x, y).map_err(|failure| failure.within("scale"))
            }),
        verb(Charts, "annotate", "picture.annotate(#{x, y, text})", "The picture with a note: at a point, along a line at `x` or at `y`, or below everything.")
            .example("sample(\"cdnow\").line(#{x: \"date\", y: \"amount\"}).annotate(#{x: \"1997-03-25\", text: \"last new customers\"})")
            .on::<Picture>()
            .does(1, 1, |call| own(call)?.with_note(note(&call.json(1)?)?).map_err(|failure| failure.within("annotate"))),
        verb(Charts, "layer", "picture.layer(other)", "Both pictures on the same axes. What measures something else has a vertical axis of its own on the right.")
            .example("let months = sample(\"cdnow\").with_columns(col(\"date\").dt.truncate(\"1mo\")).group_by(\"date\").agg(col(\"amount\").sum(), col(\"customer\").n_unique().alias(\"buyers\"));\nmonths.bar(#{x: \"date\", y: \"amount\"}).layer(months.line(#{x: \"date\", y: \"buyers\"}))")
            .on::<Picture>()
            .does(1, 1, |call| {
                let other: Picture = call.own(1, "a picture")?;
                own(call)?.with_layer(&other).map_err(|failure| failure.within("layer"))
            }),
        verb(Charts, "save", "picture.save(path, #{density})", "Writes the picture as .png or .svg, by the end of the name, whole or not at all. `density` is the number of pixels of a PNG for each of the picture's, 2 unless told.")
            .on::<Picture>()
            .does(1, 2, save)
            .ahead(|call| {
                form(&call.text(1)?)?;
                Ok(Ahead::Is(Dynamic::UNIT))
            }),
    ]
}

fn own(call: &Arguments<'_>) -> Result<Picture> {
    call.own(0, "a picture")
}

/// The note of a script. A day along the axis may be written as text.
fn note(options: &Map<String, Value>) -> Result<Annotation> {
    const KNOWN: [&str; 3] = ["x", "y", "text"];
    let mut note = Annotation { x: None, y: None, text: String::new() };
    for (name, value) in options {
        let given = Given { name, value };
        match (name.as_str(), value) {
            ("x", Value::String(word)) => note.x = Some(Spot::Word(word.clone())),
            ("x", value) => {
                note.x = Some(Spot::Number(value.as_f64().ok_or_else(|| given.wrong("a number, a date or a word"))?))
            }
            ("y", value) => note.y = Some(value.as_f64().ok_or_else(|| given.wrong("a number"))?),
            ("text", Value::String(words)) => note.text = words.clone(),
            ("text", _) => return Err(given.wrong("text")),
            (other, _) => return Err(Failure::new(format!("a note has no `{other}`")).near(other, KNOWN)),
        }
    }
    Ok(note)
}

fn density(options: &Map<String, Value>) -> Result<f64> {
    if let Some(name) = options.keys().find(|name| *name != "density") {
        return Err(Failure::new(format!("no option `{name}`")).near(name, ["density"]).within("save"));
    }
    let value = options.get("density").and_then(Value::as_f64);
    value.filter(|density| (0.25..=8.0).contains(density)).ok_or_else(|| {
        Failure::new("`density` is a number from 0.25 to 8").help("2 suits most screens, 4 suits print").within("save")
    })
}

/// How a picture is written.
enum Form {
    Png,
    Svg,
}

/// The form that the end of a name asks for.
fn form(path: &str) -> Result<Form> {
    match path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
        Some("png") => Ok(Form::Png),
        Some("svg") => Ok(Form::Svg),
        _ => Err(Failure::new(format!("`{path}` does not say which kind of picture it is"))
            .help("end its name in .png or .svg")
            .within("save")),
    }
}

fn save(call: &Arguments<'_>) -> Result<Dynamic> {
    let picture: Picture = call.own(0, "a picture")?;
    let path = call.text(1)?;
    let density = match call.json(2)? {
        options if options.is_empty() => DENSITY,
        options => density(&options)?,
    };
    let bytes = match form(&path)? {
        Form::Png => picture.png(density)?,
        Form::Svg => picture.svg()?.into_bytes(),
    };
    files::write(&path, |file| {
        std::io::Write::write_all(file, &bytes)
            .map_err(|error| Failure::new(format!("`{path}` cannot be written: {error}")))
    })
    .map_err(|failure| failure.within("save"))?;
    for note in picture.notes() {
        call.world.listener.warn(&note);
    }
    call.world.listener.hear(Event::Wrote(path));
    Ok(Dynamic::UNIT)
}
