//! Which colour means what: a row of names above the axes.

use super::page::Page;
use super::scene::Align;
use super::text;
use super::theme::{AXIS, Colour};

/// A colour and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) colour: Colour,
}

/// Rows of names at most; further names are counted.
const MOST_ROWS: usize = 2;
const HEIGHT: f64 = 19.0;
const SWATCH: f64 = 11.0;

/// Names in rows from the left, below the heading.
pub(super) fn row(page: &mut Page, keys: &[Key]) {
    let (left, right) = (page.area.left, page.area.right);
    let longest = (right - left) * 0.4;
    let (mut x, mut rows) = (left, 0);
    let mut y = page.area.top + 2.0;
    for (index, key) in keys.iter().enumerate() {
        let name = text::fit(&text::clean(&key.name), AXIS, longest);
        let wide = SWATCH + 6.0 + text::width(&name, AXIS);
        let rest = format!("and {} more", keys.len() - index);
        let last = index + 1 == keys.len();
        // Where this is the last row, the words for those without a place of their own must still fit.
        let needed = if rows + 1 == MOST_ROWS && !last { wide + 18.0 + text::width(&rest, AXIS) } else { wide };
        if x > left && x + needed > right {
            if rows + 1 == MOST_ROWS {
                page.scene.text_at(x, y, &text::fit(&rest, AXIS, right - x), AXIS, Align::Left);
                break;
            }
            rows += 1;
            x = left;
            y += HEIGHT;
        }
        page.scene.rect(x, y - SWATCH / 2.0, x + SWATCH, y + SWATCH / 2.0, key.colour);
        page.scene.text_at(x + SWATCH + 6.0, y, &name, AXIS, Align::Left);
        x += wide + 18.0;
    }
    page.area.top = y + HEIGHT + 3.0;
}
