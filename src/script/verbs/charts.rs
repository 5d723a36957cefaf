//! Pictures of frames and answers.

use regulars_plugin::{Chart, ColumnKind, Drawing, Failure, Mark, Result};
use rhai::Dynamic;

use crate::catalogue::Record;
use crate::catalogue::VerbGroup::Charts;
use crate::chart::Picture;
use crate::files;
use crate::script::Event;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, verb};
use crate::table::Frame;

/// Pixels per point of a saved PNG: sharp on today's screens and in slides.
const DENSITY: f64 = 2.0;

pub(super) fn verbs() -> Vec<Bound> {
    let mut verbs = vec![
        verb(Charts, "chart", "frame.chart(kind, #{x, y, color, title, x_label, y_label, bins, size, band, steps, counts})", "The picture of an answer; on any frame with a kind: \"bar\", \"line\", \"histogram\", \"heatmap\", \"interval\". What is left out is chosen from the types of the columns.")
            .example("sample(\"cdnow\").rfm().chart()")
            .on::<Frame>()
            .does(0, 2, |call| {
                let frame = call.frame(0)?;
                let (mark, options) = match call.count() {
                    1 => (None, 1),
                    2 if call.values[1].is_map() => (None, 1),
                    _ => (Some(mark(&call.text(1)?)?), 2),
                };
                match frame.about().drawing.clone().filter(|_| mark.is_none()) {
                    Some(drawing) => drawn(call, &drawing),
                    None => draw(call, &frame, mark, options),
                }
            })
            .plans(),
        verb(Charts, "chart", "record.chart()", "The picture of an answer.").on::<Record>().does(0, 1, |call| {
            let record: Record = call.own(0, "a record")?;
            if let Some(drawing) = &record.drawing {
                return drawn(call, drawing);
            }
            let table = record.table.ok_or_else(|| Failure::new("this record has no table that a picture could show"))?;
            draw(call, &table, None, 1)
        })
        .plans(),
        verb(Charts, "save", "picture.save(path)", "Writes the picture as .png or .svg, by the end of the name, whole or not at all.")
            .on::<Picture>()
            .does(1, 1, save)
            .ahead(|call| {
                form(&call.text(1)?)?;
                Ok(Ahead::Is(Dynamic::UNIT))
            }),
    ];
    for mark in Mark::ALL {
        let signature = match mark {
            Mark::Bar => "frame.bar(#{x, y})",
            Mark::Line => "frame.line(#{x, y, color, band, steps, counts})",
            Mark::Histogram => "frame.histogram(#{x, bins})",
            Mark::Heatmap => "frame.heatmap(#{x, y, color})",
            Mark::Interval => "frame.interval(#{x, y, band})",
        };
        let summary = match mark {
            Mark::Bar => "A bar for each value of `x`, as long as the sum of `y`; without `y` the number of rows.",
            Mark::Line => {
                "A line through `y` along `x`, one for each value of `color`; `band: [\"lower\", \"upper\"]` shades an interval, `steps: true` holds each value until the next one, `counts` writes a column under the line."
            }
            Mark::Histogram => "How often the values of `x` fall into each of equally wide bins.",
            Mark::Heatmap => "A grid of `x` by `y`, coloured by `color`.",
            Mark::Interval => {
                "A dot at `y` for each row, named by `x`, with the interval of `band: [\"lower\", \"upper\"]` around it; grey where the interval holds zero."
            }
        };
        verbs.push(
            verb(Charts, mark.word(), signature, summary)
                .on::<Frame>()
                .does(0, 1, move |call| draw(call, &call.frame(0)?, Some(mark), 1))
                .plans(),
        );
    }
    verbs
}

fn mark(word: &str) -> Result<Mark> {
    let found = Mark::ALL.into_iter().find(|mark| mark.word() == word);
    found.ok_or_else(|| Failure::new(format!("no chart `{word}`")).near(word, Mark::ALL.map(Mark::word)))
}

fn draw(call: &Arguments<'_>, frame: &Frame, mark: Option<Mark>, options: usize) -> Result<Picture> {
    let own = frame.about().chart.clone().filter(|chart| mark.is_none_or(|mark| mark == chart.mark));
    let mut chart = match (own, mark) {
        (Some(chart), _) => chart,
        (None, Some(mark)) => columns_for(frame, mark),
        (None, None) => columns_for(frame, guess(frame)),
    };
    apply(&mut chart, call.json(options)?)?;
    Picture::of(frame, &chart, call.world.host()).map_err(|failure| failure.within("chart"))
}

/// The picture that a function drew itself: its title and its size can be chosen, the rest is drawn already.
fn drawn(call: &Arguments<'_>, drawing: &Drawing) -> Result<Picture> {
    let mut chart = Chart::new(Mark::Bar);
    let options = call.json(1)?;
    if let Some(name) = options.keys().find(|name| !["title", "size"].contains(&name.as_str())) {
        return Err(Failure::new(format!("`{name}` cannot be chosen: this picture was drawn by the function"))
            .help("`title` and `size` can; another picture of the same table: `.chart(\"bar\", #{…})`")
            .within("chart"));
    }
    apply(&mut chart, options)?;
    Picture::of_drawing(drawing, chart.title.as_deref(), chart.size).map_err(|failure| failure.within("chart"))
}

/// The kind of picture that suits the first columns of a frame.
fn guess(frame: &Frame) -> Mark {
    let kinds: Vec<ColumnKind> = frame.kinds().into_iter().map(|(_, kind)| kind).collect();
    match kinds.as_slice() {
        [ColumnKind::Date, ..] => Mark::Line,
        [ColumnKind::Text | ColumnKind::Flag, ..] => Mark::Bar,
        [ColumnKind::Integer | ColumnKind::Number] => Mark::Histogram,
        [_, ColumnKind::Integer | ColumnKind::Number, ..] => Mark::Line,
        _ => Mark::Bar,
    }
}

/// The first columns of fitting types, where the script names none.
fn columns_for(frame: &Frame, mark: Mark) -> Chart {
    let kinds = frame.kinds();
    let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Integer | ColumnKind::Number);
    let numbers: Vec<&String> = kinds.iter().filter(|(_, kind)| is_number(kind)).map(|(name, _)| name).collect();
    let others: Vec<&String> = kinds.iter().filter(|(_, kind)| !is_number(kind)).map(|(name, _)| name).collect();
    let mut chart = Chart::new(mark);
    let all: Vec<&String> = others.iter().chain(&numbers).copied().collect();
    let ends = |name: &str| kinds.iter().any(|(known, kind)| known == name && is_number(kind));
    if mark == Mark::Interval && ends("lower") && ends("upper") {
        chart.band = Some(("lower".to_owned(), "upper".to_owned()));
    }
    match mark {
        Mark::Histogram => chart.x = numbers.last().map(|name| (*name).clone()),
        Mark::Interval => {
            chart.x = others.first().map(|name| (*name).clone());
            chart.y = numbers.first().map(|name| (*name).clone());
        }
        Mark::Bar | Mark::Line => {
            chart.x = all.first().map(|name| (*name).clone());
            chart.y =
                numbers.iter().rev().find(|name| Some(name.as_str()) != chart.x.as_deref()).map(|name| (*name).clone());
        }
        Mark::Heatmap => {
            chart.color = numbers.last().map(|name| (*name).clone());
            let rest: Vec<&String> =
                all.iter().filter(|name| Some(name.as_str()) != chart.color.as_deref()).copied().collect();
            chart.x = rest.get(1).or(rest.first()).map(|name| (*name).clone());
            chart.y = rest.first().map(|name| (*name).clone());
        }
    }
    chart
}

fn apply(chart: &mut Chart, options: serde_json::Map<String, serde_json::Value>) -> Result<()> {
    const KNOWN: [&str; 11] =
        ["x", "y", "color", "title", "x_label", "y_label", "bins", "size", "band", "steps", "counts"];
    // The words along an axis are those of the column that was there.
    if options.contains_key("x") {
        chart.x_label = None;
    }
    if options.contains_key("y") {
        chart.y_label = None;
    }
    for (name, value) in options {
        let wrong = |wanted: &str| {
            Failure::new(format!("option `{name}` is {value}, but {wanted} is wanted"))
                .help("write them so: `#{x: \"date\", bins: 20, size: [960, 560]}`")
                .within("chart")
        };
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| wrong("text"));
        let whole = |value: &serde_json::Value| {
            value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
        };
        match name.as_str() {
            "x" => chart.x = Some(text()?),
            "y" => chart.y = Some(text()?),
            "color" => chart.color = Some(text()?),
            "title" => chart.title = Some(text()?),
            "x_label" => chart.x_label = Some(text()?),
            "y_label" => chart.y_label = Some(text()?),
            "counts" => chart.counts = Some(text()?),
            "steps" => chart.steps = value.as_bool().ok_or_else(|| wrong("true or false"))?,
            "band" => {
                let ends: Option<Vec<&str>> =
                    value.as_array().and_then(|ends| ends.iter().map(|end| end.as_str()).collect());
                match ends.as_deref() {
                    Some([lower, upper]) => chart.band = Some(((*lower).to_owned(), (*upper).to_owned())),
                    _ => return Err(wrong("a list of two columns, `[\"lower\", \"upper\"]`,")),
                }
            }
            "bins" => {
                chart.bins = Some(
                    whole(&value).filter(|bins| *bins <= 1000).ok_or_else(|| wrong("a whole number from 1 to 1000"))?,
                )
            }
            "size" => {
                let sides: Option<Vec<u32>> = value.as_array().and_then(|sides| sides.iter().map(whole).collect());
                match sides.as_deref() {
                    Some([width, height]) if (200..=8000).contains(width) && (150..=8000).contains(height) => {
                        chart.size = Some((*width, *height))
                    }
                    _ => return Err(wrong("a list of width and height from [200, 150] to [8000, 8000]")),
                }
            }
            other => return Err(Failure::new(format!("no option `{other}`")).near(other, KNOWN).within("chart")),
        }
    }
    Ok(())
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
    let bytes = match form(&path)? {
        Form::Png => picture.png(DENSITY)?,
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
