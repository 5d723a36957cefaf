//! The picture of a lineage: sources on the left; on the right the steps of one column, or several columns with their
//! words.

use std::sync::Arc;

use regulars_plugin::{Anchor, Drawing, Ink, Style};

use super::told::{Does, Told};
use super::way::Way;
use crate::table::thousands;

/// The sheet: about as many units as the host has pixels for it.
const WIDTH: f64 = 900.0;
/// Where the columns of the sources end, and where steps or columns begin.
const LEFT: f64 = 200.0;
const RIGHT: f64 = 400.0;
/// Heights of a line on the left, of a step, and of a column with its words.
const LINE: f64 = 21.0;
const STEP: f64 = 40.0;
/// Columns of sources, steps and columns that are drawn.
const MOST_LEFT: usize = 18;
const MOST_RIGHT: usize = 10;

/// A line on the left: a source, or one of its columns with the number of the source.
enum Left {
    Source(Arc<str>),
    Column(usize, Arc<str>, String),
    More(usize),
}

/// The picture of some columns with their steps.
pub(super) fn drawing(told: &[(String, Vec<Told>)]) -> Drawing {
    // Of columns that are not drawn, no source is.
    let left = lines(told.get(..MOST_RIGHT).filter(|_| told.len() > MOST_RIGHT + 1).unwrap_or(told));
    let steps: Vec<&Told> = match told {
        [(_, steps)] => steps.iter().filter(|step| step.does != Does::Source).collect(),
        _ => Vec::new(),
    };
    let title = match told {
        [(column, _)] => format!("Where {column} comes from"),
        _ => format!("Where {} columns come from", thousands(told.len())),
    };
    let on_right = if told.len() == 1 { steps.len().min(MOST_RIGHT) + 1 } else { told.len().min(MOST_RIGHT + 1) };
    let height = height_of(&left).max(on_right as f64 * STEP) + 2.0 * LINE;
    let mut sheet = Drawing::new(WIDTH, height, title).summary(summary(told));
    // Beside a rail the sources stand at its beginning.
    let middle = if told.len() == 1 { height_of(&left).max(STEP) / 2.0 + LINE } else { height / 2.0 };
    let places = sources(&mut sheet, &left, middle);
    match told {
        [(column, _)] => one(&mut sheet, column, &steps, &places, height),
        _ => several(&mut sheet, told, &places, height),
    }
    sheet
}

fn summary(told: &[(String, Vec<Told>)]) -> String {
    let ways = told.iter().take(3).map(|(column, steps)| {
        let way = Way::of(steps);
        format!("{column} from {}", way.sources)
    });
    let mut text = ways.collect::<Vec<_>>().join("; ");
    if told.len() > 3 {
        text.push_str(&format!("; and {} more", told.len() - 3));
    }
    text
}

/// The sources with their columns.
fn lines(told: &[(String, Vec<Told>)]) -> Vec<Left> {
    let mut sources: Vec<(Arc<str>, Vec<String>)> = Vec::new();
    for step in told.iter().flat_map(|(_, steps)| steps) {
        let Some(source) = &step.source else { continue };
        let column = at_source(step);
        match sources.iter_mut().find(|(known, _)| known == source) {
            Some((_, columns)) if columns.contains(&column) => {}
            Some((_, columns)) => columns.push(column),
            None => sources.push((Arc::clone(source), vec![column])),
        }
    }
    let mut lines = Vec::new();
    for (number, (source, columns)) in sources.into_iter().enumerate() {
        lines.push(Left::Source(Arc::clone(&source)));
        lines.extend(columns.into_iter().map(|column| Left::Column(number, Arc::clone(&source), column)));
    }
    if lines.len() > MOST_LEFT {
        let rest = lines.split_off(MOST_LEFT - 1);
        lines.push(Left::More(rest.iter().filter(|line| !matches!(line, Left::Source(_))).count()));
    }
    lines
}

fn at_source(step: &Told) -> String {
    step.name.clone().unwrap_or_else(|| "its rows".to_owned())
}

/// Where the columns of the sources lie.
struct Places(Vec<(Arc<str>, String, f64, Ink)>);

impl Places {
    fn of(&self, step: &Told) -> Option<(f64, Ink)> {
        let (source, column) = (step.source.as_ref()?, at_source(step));
        let found = self.0.iter().find(|(known, name, ..)| known == source && *name == column)?;
        Some((found.2, found.3))
    }
}

/// Room above each source but the first.
const GAP: f64 = 12.0;

fn height_of(lines: &[Left]) -> f64 {
    let sources = lines.iter().filter(|line| matches!(line, Left::Source(_))).count();
    lines.len() as f64 * LINE + sources.saturating_sub(1) as f64 * GAP
}

fn sources(sheet: &mut Drawing, lines: &[Left], middle: f64) -> Places {
    let mut places = Vec::new();
    let mut y = middle - height_of(lines) / 2.0 + LINE / 2.0;
    for (place, line) in lines.iter().enumerate() {
        if place > 0 && matches!(line, Left::Source(_)) {
            y += GAP;
        }
        match line {
            Left::Source(name) => sheet.words((LEFT, y), name.to_string(), Anchor::End, Style::Strong),
            Left::Column(number, source, column) => {
                let ink = Ink::Series(*number as u32);
                sheet.words((LEFT - 14.0, y), column.clone(), Anchor::End, Style::Label);
                sheet.dot((LEFT, y), 3.5, ink);
                places.push((Arc::clone(source), column.clone(), y, ink));
            }
            Left::More(more) => {
                sheet.words((LEFT, y), format!("and {} more columns", thousands(*more)), Anchor::End, Style::Quiet);
            }
        }
        y += LINE;
    }
    Places(places)
}

/// A column with its steps on a rail, from top to bottom.
fn one(sheet: &mut Drawing, column: &str, steps: &[&Told], places: &Places, height: f64) {
    let shown: Vec<Option<&Told>> = match steps.len() {
        many if many > MOST_RIGHT => {
            let half = MOST_RIGHT / 2;
            let first = steps.iter().take(half).map(|step| Some(*step));
            let last = steps.iter().skip(many - half + 1).map(|step| Some(*step));
            first.chain([None]).chain(last).collect()
        }
        _ => steps.iter().map(|step| Some(*step)).collect(),
    };
    let top = (height - shown.len() as f64 * STEP) / 2.0;
    let at = |place: usize| top + place as f64 * STEP;
    for (_, _, y, ink) in &places.0 {
        sheet.line(curve((LEFT + 6.0, *y), (RIGHT, at(0))), 2.0, *ink);
    }
    sheet.line(vec![(RIGHT, at(0)), (RIGHT, at(shown.len()))], 2.0, Ink::Quiet);
    for (place, step) in shown.iter().enumerate() {
        let y = at(place);
        sheet.dot((RIGHT, y), 5.0, Ink::Paper);
        sheet.dot((RIGHT, y), 4.0, Ink::Quiet);
        let Some(step) = step else {
            let more = steps.len() - (shown.len() - 1);
            sheet.words((RIGHT + 16.0, y), format!("{} further steps", thousands(more)), Anchor::Start, Style::Quiet);
            continue;
        };
        let head = match &step.place {
            Some(place) => format!("{} · {} · {place}", step.word, step.does.word()),
            None => format!("{} · {}", step.word, step.does.word()),
        };
        sheet.words((RIGHT + 16.0, y - 1.0), head, Anchor::Start, Style::Label);
        sheet.words((RIGHT + 16.0, y + 15.0), step.what.clone(), Anchor::Start, Style::Quiet);
    }
    let end = at(shown.len());
    sheet.dot((RIGHT, end), 6.5, Ink::Main);
    sheet.words((RIGHT + 16.0, end), column, Anchor::Start, Style::Strong);
}

/// Several columns, each with its words.
fn several(sheet: &mut Drawing, told: &[(String, Vec<Told>)], places: &Places, height: f64) {
    let (shown, more) = match told.len() > MOST_RIGHT + 1 {
        true => (MOST_RIGHT, told.len() - MOST_RIGHT),
        false => (told.len(), 0),
    };
    let rows = shown + usize::from(more > 0);
    let top = (height - rows as f64 * STEP) / 2.0 + STEP / 2.0;
    let right = RIGHT;
    for (place, (column, steps)) in told.iter().take(shown).enumerate() {
        let y = top + place as f64 * STEP;
        for (from, ink) in steps.iter().filter_map(|step| places.of(step)) {
            sheet.line(curve((LEFT + 6.0, from), (right - 6.0, y)), 1.6, ink);
        }
        sheet.dot((right, y), 4.5, Ink::Main);
        sheet.words((right + 14.0, y - 6.0), column.clone(), Anchor::Start, Style::Strong);
        let words = Way::of(steps).steps;
        let words = if words.is_empty() { "as it was read".to_owned() } else { words };
        sheet.words((right + 14.0, y + 11.0), words, Anchor::Start, Style::Quiet);
    }
    if more > 0 {
        let y = top + shown as f64 * STEP;
        let text = format!("and {} more: `frame.lineage(\"column\")` draws one", thousands(more));
        sheet.words((right + 14.0, y), text, Anchor::Start, Style::Quiet);
    }
}

/// A line that is level at both ends.
fn curve(from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
    const PIECES: usize = 28;
    let at = |piece: usize| {
        let share = piece as f64 / PIECES as f64;
        let eased = share * share * (3.0 - 2.0 * share);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * eased)
    };
    (0..=PIECES).map(at).collect()
}
