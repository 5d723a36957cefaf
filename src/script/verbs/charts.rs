//! Pictures of frames and answers.

mod choice;
mod options;
mod saving;

use regulars_plugin::{Chart, Drawing, Failure, Mark, Result};

use crate::catalogue::Record;
use crate::catalogue::VerbGroup::Charts;
use crate::chart::Picture;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, Declaration, verb};
use crate::table::Frame;

/// Kinds without a word of their own: the words belong to functions.
const WITHOUT_WORD: [Mark; 2] = [Mark::Survival, Mark::Funnel];

pub(super) fn verbs() -> Vec<Bound> {
    let kinds: Vec<String> = Mark::ALL.map(|mark| format!("\"{}\"", mark.word())).to_vec();
    let options = signature_options(&options::all());
    let mut verbs = vec![
        verb(Charts, "chart", &format!("frame.chart(kind, #{{{options}}})"), about(format!(
            "The picture of an answer; on any frame with a kind: {}. What is left out is chosen from the types of the columns. \
             `facet` draws one for each value of a column, side by side; `theme` is \"light\" or \"dark\", `size` width and height in pixels.",
            kinds.join(", "))))
            .example("sample(\"cdnow\").rfm().chart()")
            .choices("kind", Mark::ALL.map(|mark| (mark.word(), mark.name())))
            .of_options(&options::all())
            .on::<Frame>()
            .does(0, 2, |call| {
                let frame = call.frame(0)?;
                let (mark, options) = asked(call)?;
                match frame.about().drawing.clone().filter(|_| mark.is_none()) {
                    Some(drawing) => drawn(call, &drawing),
                    None => draw(call, &frame, mark, options),
                }
            })
            .plans(),
        verb(Charts, "chart", "record.chart(kind, #{…})", "The picture of an answer; with a kind another picture of its table.")
            .on::<Record>()
            .does(0, 2, |call| {
                let record: Record = call.own(0, "a record")?;
                let (mark, options) = asked(call)?;
                if let Some(drawing) = record.drawing.as_ref().filter(|_| mark.is_none()) {
                    return drawn(call, drawing);
                }
                let none = || Failure::new("this record has no table that a picture could show");
                let table = if mark.is_none() { record.charted() } else { record.table };
                draw(call, &table.ok_or_else(none)?, mark, options)
            })
            .plans(),
    ];
    for mark in Mark::ALL.into_iter().filter(|mark| !WITHOUT_WORD.contains(mark)) {
        let names: Vec<&'static str> = mark.takes().iter().chain(&Mark::COMMON).copied().collect();
        let signature = format!("frame.{}(#{{{}}})", mark.word(), signature_options(&names));
        verbs.push(
            verb(Charts, mark.word(), &signature, mark.about())
                .example(mark.example())
                .of_options(&names)
                .on::<Frame>()
                .does(0, 1, move |call| draw(call, &call.frame(0)?, Some(mark), 1))
                .plans(),
        );
    }
    verbs.extend(saving::verbs());
    verbs
}

impl Declaration {
    /// With the words that those of some options of pictures may be.
    fn of_options(self, names: &[&str]) -> Self {
        let chosen = options::CHOICES.into_iter().filter(|(name, _)| names.contains(name));
        chosen.fold(self, |declared, (name, words)| declared.choices(name, words.iter().copied()))
    }
}

/// The kind that is asked for, and where the options stand.
fn asked(call: &Arguments<'_>) -> Result<(Option<Mark>, usize)> {
    Ok(match call.count() {
        1 => (None, 1),
        2 if call.values[1].is_map() => (None, 1),
        _ => (Some(choice::mark(&call.text(1)?)?), 2),
    })
}

fn signature_options(names: &[&str]) -> String {
    names.join(", ")
}

/// A summary that is put together once, when the words are declared.
fn about(text: String) -> &'static str {
    text.leak()
}

/// Options that name what is drawn.
const COLUMNS: [&str; 4] = ["x", "y", "color", "weight"];

fn draw(call: &Arguments<'_>, frame: &Frame, mark: Option<Mark>, options: usize) -> Result<Picture> {
    let given = call.json(options)?;
    let own = frame.about().chart.clone().filter(|chart| mark.is_none_or(|mark| mark == chart.mark));
    let mark = mark.unwrap_or_else(|| choice::guess(frame));
    let mut chart = match own {
        // What a function says of its own picture does not hold for other columns.
        Some(chart) if COLUMNS.into_iter().any(|name| given.contains_key(name)) => Chart { title: None, ..chart },
        Some(chart) => chart,
        // Who names a column means the others to follow from it: `x` alone counts rows.
        None if COLUMNS.into_iter().any(|name| given.contains_key(name)) => choice::around(frame, mark),
        None => choice::columns_for(frame, mark),
    };
    options::apply(&mut chart, given)?;
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
    options::apply(&mut chart, options)?;
    Picture::of_drawing(drawing, chart.title.as_deref(), chart.size).map_err(|failure| failure.within("chart"))
}
