//! Names beside lines: at their ends, or in a list.

use super::page::Page;
use super::scene::Align;
use super::text;
use super::theme::{AXIS, Colour, DIRECT, FAINT};

/// Height of a name.
pub(super) const HEIGHT: f64 = 16.0;
/// Longest list that is still read.
const MOST_LISTED: usize = 12;

/// The name of a line.
pub(super) struct Name<'a> {
    pub(super) text: &'a str,
    pub(super) colour: Colour,
    /// Where its line ends.
    pub(super) end: (f64, f64),
}

/// Names in a list to the right; of very many the first, the last and some between them.
pub(super) fn listed(page: &mut Page, names: &[Name<'_>]) {
    let area = page.area;
    let fits = ((area.height() / (HEIGHT + 2.0)) as usize).clamp(1, MOST_LISTED);
    let shown = names.len().min(fits);
    let x = area.right + 14.0;
    let room = page.scene.width - x - 18.0 - 8.0;
    for place in 0..shown {
        let index = if shown > 1 { place * (names.len() - 1) / (shown - 1) } else { 0 };
        let y = area.top + 6.0 + place as f64 * (HEIGHT + 2.0);
        page.scene.rect(x, y - 1.5, x + 12.0, y + 1.5, names[index].colour);
        page.scene.text_at(x + 18.0, y, &text::fit(names[index].text, AXIS, room), AXIS, Align::Left);
    }
}

/// Names at the ends of lines, pushed apart where lines end close to each other, in the order of those ends.
pub(super) fn at_ends(page: &mut Page, mut names: Vec<Name<'_>>) {
    let area = page.area;
    names.sort_by(|left, right| left.end.1.total_cmp(&right.end.1));
    let mut heights: Vec<f64> = names.iter().map(|name| name.end.1).collect();
    // Down from the top, then up from the bottom: afterwards no two are nearer than a name is high.
    let mut least = area.top - HEIGHT / 2.0;
    for y in &mut heights {
        *y = y.max(least);
        least = *y + HEIGHT;
    }
    let mut most = area.bottom + HEIGHT / 2.0;
    for y in heights.iter_mut().rev() {
        *y = y.min(most);
        most = *y - HEIGHT;
    }
    let x = area.right + 6.0;
    let room = page.scene.width - x - 8.0;
    for (name, y) in names.into_iter().zip(heights) {
        let (end_x, end_y) = name.end;
        if (y - end_y).abs() > 4.0 || area.right - end_x > 20.0 {
            page.scene.stroke(vec![(end_x + 6.0, end_y), (x - 2.0, y)], 0.75, name.colour.towards(FAINT, 0.6));
        }
        page.scene.text_at(x, y, &text::fit(name.text, DIRECT, room), DIRECT.coloured(name.colour), Align::Left);
    }
}
