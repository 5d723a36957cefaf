//! Fonts: measuring, shortening and setting lines of text.
//!
//! plotters' own text needs an installed font, leaves out side bearings and has no fallback from one font to the next;
//! so text is set here. The two weights of Inter in `fonts/` are subsets with a kerning table that `ab_glyph` can read.

use std::collections::HashSet;
use std::sync::{OnceLock, PoisonError, RwLock};

use ab_glyph::{Font, FontArc, FontVec, Glyph, GlyphId, PxScale, ScaleFont, point};
use regulars_plugin::{Failure, Result};

use super::theme::{Type, Weight};

static REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.otf");
static SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.otf");
static FALLBACK: RwLock<Vec<FontArc>> = RwLock::new(Vec::new());

/// Drawn where no font has a letter: a box is seen, nothing would not be.
const REPLACEMENT: char = '□';

/// Adds a font that is asked for letters which the built-in one lacks, such as Chinese; the first added is asked first.
/// Of a collection (`.ttc`) the first font is taken.
pub fn add_fallback_font(bytes: Vec<u8>) -> Result<()> {
    let font = FontVec::try_from_vec_and_index(bytes, 0)
        .map_err(|_| Failure::new("these bytes are no OpenType or TrueType font"))?;
    FALLBACK.write().unwrap_or_else(PoisonError::into_inner).push(FontArc::new(font));
    Ok(())
}

/// The fonts that are asked for a letter, in turn.
fn fonts(weight: Weight) -> Vec<FontArc> {
    // Read once: every label of a picture is measured several times.
    static BUILT_IN: [OnceLock<Option<FontArc>>; 2] = [OnceLock::new(), OnceLock::new()];
    let (place, bytes) = match weight {
        Weight::Regular => (&BUILT_IN[0], REGULAR),
        Weight::SemiBold => (&BUILT_IN[1], SEMI_BOLD),
    };
    let built_in = place.get_or_init(|| FontArc::try_from_slice(bytes).ok());
    let fallback = FALLBACK.read().unwrap_or_else(PoisonError::into_inner);
    built_in.iter().cloned().chain(fallback.iter().cloned()).collect()
}

/// A line of text, each glyph in its place from the start of the baseline.
pub(super) struct Line {
    pub(super) glyphs: Vec<(FontArc, Glyph)>,
    pub(super) width: f64,
}

/// Sets a line of text: advance widths, kerning between neighbours of one font, places between whole pixels.
pub(super) fn set(text: &str, kind: Type) -> Line {
    let fonts = fonts(kind.weight);
    let mut glyphs = Vec::new();
    let mut x = 0.0_f32;
    let mut before: Option<(usize, GlyphId)> = None;
    for letter in text.chars().filter(|letter| !is_invisible(*letter)) {
        let Some((index, id)) = find(&fonts, letter).or_else(|| find(&fonts, REPLACEMENT)) else { continue };
        let font = &fonts[index];
        // ab_glyph scales by ascent plus descent; a font size is one em.
        let em = font.units_per_em().unwrap_or(1000.0);
        let scale = PxScale::from(kind.size as f32 * font.height_unscaled() / em);
        let scaled = font.as_scaled(scale);
        if let Some((last, neighbour)) = before
            && last == index
        {
            x += scaled.kern(neighbour, id);
        }
        glyphs.push((font.clone(), id.with_scale_and_position(scale, point(x, 0.0))));
        x += scaled.h_advance(id);
        before = Some((index, id));
    }
    Line { glyphs, width: f64::from(x) }
}

fn find(fonts: &[FontArc], letter: char) -> Option<(usize, GlyphId)> {
    fonts.iter().enumerate().map(|(index, font)| (index, font.glyph_id(letter))).find(|(_, id)| id.0 != 0)
}

/// Joiners and variation selectors change their neighbours; by themselves they are not drawn.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Width of a line of text.
pub(super) fn width(text: &str, kind: Type) -> f64 {
    set(text, kind).width
}

/// The first letter that no font has.
pub(super) fn lacking(text: &str) -> Option<char> {
    let fonts = fonts(Weight::Regular);
    text.chars().find(|letter| !is_invisible(*letter) && !letter.is_whitespace() && find(&fonts, *letter).is_none())
}

/// Text as one line without control characters: they have no shape, and some may not stand in an SVG file at all.
pub(super) fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') { ' ' } else { letter })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text shortened to a width, its end replaced by an ellipsis where it was too long.
pub(super) fn fit(text: &str, kind: Type, room: f64) -> String {
    // Texts from data can be whole documents; no picture holds more than this of one.
    let mut letters: Vec<char> = text.chars().take(300).collect();
    let mut shown: String = letters.iter().collect();
    if shown.len() == text.len() && width(text, kind) <= room {
        return shown;
    }
    while !letters.is_empty() {
        letters.pop();
        shown = letters.iter().collect::<String>().trim_end().to_owned() + "…";
        if width(&shown, kind) <= room {
            break;
        }
    }
    shown
}

/// Names shortened to a width: at their ends, or where different names would then be written alike, in their middles, or
/// else at the beginning that all of them share.
pub(super) fn fit_all(names: &[&str], kind: Type, room: f64) -> Vec<String> {
    let ends: Vec<String> = names.iter().map(|name| fit(name, kind, room)).collect();
    let different = names.iter().collect::<HashSet<_>>().len();
    let alike = |shown: &[String]| different - shown.iter().collect::<HashSet<_>>().len().min(different);
    if alike(&ends) == 0 {
        return ends;
    }
    let long = || names.iter().zip(&ends).filter(|(name, shown)| *name != shown).map(|(name, _)| *name);
    let shared = shared_beginning(long());
    let shorter = |way: &dyn Fn(&str) -> String| -> Vec<String> {
        names.iter().zip(&ends).map(|(name, shown)| if name == shown { shown.clone() } else { way(name) }).collect()
    };
    let middles = shorter(&|name| fit_middle(name, kind, room));
    let rests = shorter(&|name| fit(&format!("…{}", &name[shared..]), kind, room));
    let ways = [ends, middles, rests];
    // Of equally good ways the first one.
    ways.into_iter().min_by_key(|shown| alike(shown)).unwrap_or_default()
}

/// The length of the beginning that all names share, up to the end of a word where it holds one.
fn shared_beginning<'a>(mut names: impl Iterator<Item = &'a str>) -> usize {
    let Some(first) = names.next() else { return 0 };
    let same = |name: &str| {
        let equal = first.chars().zip(name.chars()).take_while(|(left, right)| left == right);
        equal.map(|(letter, _)| letter.len_utf8()).sum::<usize>()
    };
    let length = names.map(same).min().unwrap_or(0);
    first[..length].rfind(|letter: char| !letter.is_alphanumeric()).map_or(length, |at| {
        let after = first[at..].chars().next().map_or(0, char::len_utf8);
        at + after
    })
}

/// Text shortened to a width, its middle replaced by an ellipsis where it was too long.
fn fit_middle(text: &str, kind: Type, room: f64) -> String {
    let letters: Vec<char> = text.chars().collect();
    for kept in (1..letters.len().min(300)).rev() {
        let head: String = letters[..kept / 2].iter().collect();
        let tail: String = letters[letters.len() - (kept - kept / 2)..].iter().collect();
        let shown = format!("{}…{}", head.trim_end(), tail.trim_start());
        if width(&shown, kind) <= room {
            return shown;
        }
    }
    "…".to_owned()
}

/// Text broken between words into lines of a width; what does not fit into the last line is shortened.
pub(super) fn wrap(text: &str, kind: Type, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.peek() {
        let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
        let last = lines.len() + 1 >= most;
        if last || line.is_empty() || width(&longer, kind) <= room {
            line = longer;
            words.next();
        } else {
            lines.push(std::mem::take(&mut line));
        }
        if line.len() > 4000 {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(|line| fit(&line, kind, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::theme::{LABEL, TITLE};

    #[test]
    fn kerning_brings_letters_together() {
        assert!(width("To", TITLE) < width("T", TITLE) + width("o", TITLE));
    }

    #[test]
    fn long_text_is_shortened_to_the_room_it_has() {
        let short = fit("Customers who have not bought for a long time", LABEL, 90.0);
        assert!(short.ends_with('…') && width(&short, LABEL) <= 90.0, "{short}");
        assert_eq!(fit("Lost", LABEL, 90.0), "Lost");
        assert_eq!(fit("W", LABEL, 0.0), "…");
    }

    #[test]
    fn names_that_begin_alike_are_cut_so_that_they_differ() {
        let shown = |names: &[&str]| fit_all(names, LABEL, 80.0);
        let numbered = shown(&["category number 16", "category number 17", "short"]);
        assert_eq!(numbered, ["categ…er 16", "categ…ber 17", "short"]);
        let inside = shown(&["the region of the north, in pounds a year", "the region of the south, in pounds a year"]);
        assert_eq!(inside, ["…north, in…", "…south, in…"]);
        assert_eq!(shown(&["one and the same name", "one and the same name"])[0], shown(&["one and the same name"])[0]);
        assert_eq!(fit_all(&["aaaa bbbb", "aaaa cccc"], LABEL, 0.0), ["…", "…"]);
    }

    #[test]
    fn a_title_is_broken_between_words() {
        let lines = wrap("one two three four five six seven", LABEL, 80.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width(line, LABEL) <= 80.0), "{lines:?}");
    }

    #[test]
    fn letters_that_no_font_has_are_drawn_as_boxes() {
        assert_eq!(lacking("revenue € £ ¥ ₹ ₽ ₩ ₺ ₴ ₦ ₫ ฿ −5"), None);
        assert_eq!(lacking("客户"), Some('客'));
        assert!(width("客", LABEL) > 5.0);
    }

    #[test]
    fn bytes_that_are_no_font_are_refused() {
        assert!(add_fallback_font(vec![1, 2, 3]).is_err());
    }
}
