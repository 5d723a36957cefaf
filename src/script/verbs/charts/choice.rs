//! What a picture shows where the script does not say.

use regulars_plugin::{Chart, ColumnKind, Failure, Mark, Result};

use crate::table::Frame;

/// The kind of that name.
pub(super) fn mark(word: &str) -> Result<Mark> {
    let found = Mark::ALL.into_iter().find(|mark| mark.word() == word);
    found.ok_or_else(|| {
        let unknown = Failure::new(format!("no chart `{word}`"));
        match word {
            "pie" | "donut" => unknown.help(
                "parts of a whole are compared by their length or their area: `bar` with `arrange: \"share\"`, or `treemap`",
            ),
            _ => unknown.near(word, Mark::ALL.map(Mark::word)),
        }
    })
}

/// The kind of picture that suits the first columns of a frame.
pub(super) fn guess(frame: &Frame) -> Mark {
    let kinds: Vec<ColumnKind> = frame.kinds().into_iter().map(|(_, kind)| kind).collect();
    match kinds.as_slice() {
        [ColumnKind::Date, ..] => Mark::Line,
        [ColumnKind::Text | ColumnKind::Flag, ..] => Mark::Bar,
        [ColumnKind::Integer | ColumnKind::Number] => Mark::Histogram,
        [_, ColumnKind::Integer | ColumnKind::Number, ..] => Mark::Line,
        _ => Mark::Bar,
    }
}

/// The columns around estimates and curves that functions answer, whatever else is named.
pub(super) fn around(frame: &Frame, mark: Mark) -> Chart {
    let mut chart = Chart::new(mark);
    let kinds = frame.kinds();
    let measured = |name: &str| {
        kinds.iter().any(|(known, kind)| known == name && matches!(kind, ColumnKind::Integer | ColumnKind::Number))
    };
    if matches!(mark, Mark::Interval | Mark::Survival) && measured("lower") && measured("upper") {
        chart.band = Some(("lower".to_owned(), "upper".to_owned()));
    }
    chart
}

/// The first columns of fitting types, where the script names none.
pub(super) fn columns_for(frame: &Frame, mark: Mark) -> Chart {
    let kinds = frame.kinds();
    let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Integer | ColumnKind::Number);
    let numbers: Vec<&String> = kinds.iter().filter(|(_, kind)| is_number(kind)).map(|(name, _)| name).collect();
    let others: Vec<&String> = kinds.iter().filter(|(_, kind)| !is_number(kind)).map(|(name, _)| name).collect();
    let mut chart = around(frame, mark);
    let all: Vec<&String> = others.iter().chain(&numbers).copied().collect();
    let has = |name: &str| frame.names().iter().any(|known| known == name);
    let measured = |name: &str| kinds.iter().any(|(known, kind)| known == name && is_number(kind));
    match mark {
        Mark::Interval => {
            chart.x = others.first().map(|name| (*name).clone());
            chart.y = numbers.first().map(|name| (*name).clone());
        }
        // The columns that the functions of these names answer.
        Mark::Cohort if ["cohort", "period", "retention"].into_iter().all(has) => {
            chart = chart.x("period").y("cohort").color("retention");
        }
        Mark::Survival if ["time", "survival"].into_iter().all(has) => {
            chart = chart.x("time").y("survival");
            chart.counts = Some("at_risk".to_owned()).filter(|name| measured(name));
            chart.color = others.first().map(|name| (*name).clone());
        }
        Mark::Bar | Mark::Line | Mark::Area => {
            chart.x = all.first().map(|name| (*name).clone());
            chart.y =
                numbers.iter().rev().find(|name| Some(name.as_str()) != chart.x.as_deref()).map(|name| (*name).clone());
        }
        Mark::Heatmap | Mark::Cohort => {
            chart.color = numbers.last().map(|name| (*name).clone());
            let rest: Vec<&String> =
                all.iter().filter(|name| Some(name.as_str()) != chart.color.as_deref()).copied().collect();
            chart.x = rest.get(1).or(rest.first()).map(|name| (*name).clone());
            chart.y = rest.first().map(|name| (*name).clone());
        }
        Mark::Histogram => chart.x = numbers.last().map(|name| (*name).clone()),
        // The others know best which columns they need.
        _ => {}
    }
    chart
}
