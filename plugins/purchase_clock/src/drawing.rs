//! The clock, as shapes on a sheet.

use std::f64::consts::{PI, TAU};

use regulars_plugin::{Anchor, Drawing, Ink, Style};

use crate::By;

/// The sheet, and the middle of the clock on it.
const SHEET: (f64, f64) = (200.0, 108.0);
const MIDDLE: (f64, f64) = (100.0, 54.0);
/// Radius of the largest piece.
const LARGEST: f64 = 44.0;

/// A point so far from the middle, at a part of the way round from the top, with the hands of a clock.
fn point(radius: f64, part: f64) -> (f64, f64) {
    let angle = part * TAU - PI / 2.0;
    (MIDDLE.0 + radius * angle.cos(), MIDDLE.1 + radius * angle.sin())
}

/// Points along an arc, close enough to look round.
fn arc(radius: f64, from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    const STEPS: usize = 48;
    (0..=STEPS).map(move |step| point(radius, from + (to - from) * step as f64 / STEPS as f64))
}

/// The clock with these shares.
pub(crate) fn clock(by: By, names: &[String], shares: &[f64]) -> Drawing {
    let count = shares.len() as f64;
    let most = shares.iter().copied().fold(0.0, f64::max);
    let busiest = shares.iter().position(|share| *share == most).unwrap_or_default();
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let when = match by {
        By::Weekday => format!("on {}s", names[busiest]),
        By::Month => format!("in {}", names[busiest]),
        By::Hour => format!("between {busiest} and {} o'clock", busiest + 1),
    };
    let title = format!("Most orders come {when}: {}", percent(most));
    let mut sheet = Drawing::new(SHEET.0, SHEET.1, title)
        .summary(format!("A clock with a piece for each {}, as large as its share of the orders", by.word()));
    let radius = |share: f64| LARGEST * (share / most).sqrt();
    // A narrow gap tells pieces apart.
    let gap = 0.004;
    for (place, share) in shares.iter().enumerate() {
        let (from, to) = (place as f64 / count + gap, (place + 1) as f64 / count - gap);
        if *share > 0.0 {
            let ink = if place == busiest { Ink::Main } else { Ink::Share(0.25) };
            let corners = std::iter::once(MIDDLE).chain(arc(radius(*share), from, to));
            sheet.area(corners.collect(), ink);
        }
    }
    let even = radius(1.0 / count);
    sheet.line(arc(even, 0.0, 0.5).chain(arc(even, 0.5, 1.0)).collect(), 1.0, Ink::Text);
    for (place, (name, share)) in names.iter().zip(shares).enumerate() {
        let middle = (place as f64 + 0.5) / count;
        let at = point(LARGEST + 3.0, middle);
        let anchor = if middle < 0.5 { Anchor::Start } else { Anchor::End };
        let style = if place == busiest { Style::Strong } else { Style::Label };
        sheet.words(at, format!("{name}  {}", percent(*share)), anchor, style);
    }
    sheet.words((0.0, SHEET.1 - 2.0), "the ring: if all had the same", Anchor::Start, Style::Quiet);
    sheet
}
