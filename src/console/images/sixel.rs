//! Sixels: bands of six rows, each colour of a band in a line of letters that hold six pixels above one another.
//!
//! Written here because the crates for it bring colour science that charts, which have few colours, do not need.

use std::collections::BTreeMap;

/// Colours that every terminal with sixels has room for.
const MOST: usize = 256;

pub(super) fn text(width: usize, height: usize, rgb: &[u8]) -> String {
    let (colours, pixels) = indexed(rgb);
    let mut shown = format!("\x1bP0;1;0q\"1;1;{width};{height}");
    for (index, colour) in colours.iter().enumerate() {
        // Parts of a hundred.
        let [red, green, blue] = colour.map(|part| (u32::from(part) * 100 + 127) / 255);
        shown.push_str(&format!("#{index};2;{red};{green};{blue}"));
    }
    for band in pixels.chunks(width.max(1) * 6) {
        let mut columns: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (at, index) in band.iter().enumerate() {
            let bits = columns.entry(*index).or_insert_with(|| vec![0; width]);
            bits[at % width] |= 1 << (at / width);
        }
        for (place, (index, bits)) in columns.iter().enumerate() {
            shown.push_str(if place > 0 { "$" } else { "" });
            shown.push_str(&format!("#{index}"));
            // Nothing is said about what lies behind the last pixel of this colour.
            let end = bits.iter().rposition(|bits| *bits != 0).map_or(0, |last| last + 1);
            for run in bits[..end].chunk_by(|a, b| a == b) {
                let letter = char::from(63 + run[0]);
                match run.len() {
                    count @ 4.. => shown.push_str(&format!("!{count}{letter}")),
                    count => (0..count).for_each(|_| shown.push(letter)),
                }
            }
        }
        shown.push('-');
    }
    // The last band is ended by the end of the picture.
    if shown.ends_with('-') {
        shown.pop();
    }
    shown.push_str("\x1b\\");
    shown
}

/// At most 256 colours and the number of its colour for each pixel. Colours that lie close together become their mean,
/// as few of them as needed.
fn indexed(rgb: &[u8]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let pixels = || rgb.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    let mut counts: BTreeMap<[u8; 3], u64> = BTreeMap::new();
    for pixel in pixels() {
        *counts.entry(pixel).or_default() += 1;
    }
    let group = |colour: [u8; 3], dropped: u32| colour.map(|part| part >> dropped);
    let dropped = (0..8).find(|&dropped| {
        let mut groups: Vec<[u8; 3]> = counts.keys().map(|colour| group(*colour, dropped)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len() <= MOST
    });
    let dropped = dropped.unwrap_or(7);
    let mut groups: BTreeMap<[u8; 3], ([u64; 3], u64)> = BTreeMap::new();
    for (colour, count) in &counts {
        let (sums, all) = groups.entry(group(*colour, dropped)).or_default();
        sums.iter_mut().zip(colour).for_each(|(sum, part)| *sum += u64::from(*part) * count);
        *all += count;
    }
    let colours = groups.values().map(|(sums, all)| sums.map(|sum| ((sum + all / 2) / all) as u8)).collect();
    let numbers: BTreeMap<[u8; 3], u8> =
        groups.keys().enumerate().map(|(number, group)| (*group, number as u8)).collect();
    let numbered = pixels().map(|pixel| numbers.get(&group(pixel, dropped)).copied().unwrap_or_default()).collect();
    (colours, numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of sixels as a terminal reads it: the letters of the standard, nothing else.
    fn seen(text: &str) -> (usize, usize, Vec<[u32; 3]>) {
        let body = text.strip_prefix("\x1bP0;1;0q\"1;1;").unwrap().strip_suffix("\x1b\\").unwrap();
        let mut rest = body;
        let number = |rest: &mut &str| {
            let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, behind) = rest.split_at(end);
            *rest = behind;
            digits.parse::<usize>().unwrap()
        };
        let width = number(&mut rest);
        rest = &rest[1..];
        let height = number(&mut rest);
        let mut pixels = vec![[999; 3]; width * height];
        let (mut colours, mut colour) = (vec![[0; 3]; 256], 0);
        let (mut x, mut y, mut times) = (0, 0, 1);
        while let Some(letter) = rest.chars().next() {
            rest = &rest[1..];
            match letter {
                '#' => {
                    colour = number(&mut rest);
                    if let Some(behind) = rest.strip_prefix(";2;") {
                        rest = behind;
                        let mut part = || {
                            let part = number(&mut rest) as u32;
                            rest = rest.strip_prefix(';').unwrap_or(rest);
                            part
                        };
                        colours[colour] = [part(), part(), part()];
                    }
                }
                '!' => times = number(&mut rest),
                '$' => x = 0,
                '-' => (x, y) = (0, y + 6),
                letter => {
                    let bits = letter as u32 - 63;
                    for _ in 0..std::mem::replace(&mut times, 1) {
                        for row in (0..6).filter(|row| bits >> row & 1 == 1) {
                            pixels[(y + row) * width + x] = colours[colour];
                        }
                        x += 1;
                    }
                }
            }
        }
        (width, height, pixels)
    }

    #[test]
    fn a_small_picture_by_hand() {
        // Two columns, one red above blue, one blue: the red is bit 1 of its letter (64 = @), the blue 2 (A) and 3 (B).
        let (red, blue) = ([255, 0, 0], [0, 0, 255]);
        let rgb = [red, blue, blue, blue].concat();
        assert_eq!(text(2, 2, &rgb), "\x1bP0;1;0q\"1;1;2;2#0;2;0;0;100#1;2;100;0;0#0AB$#1@\x1b\\");
    }

    #[test]
    fn what_was_drawn_is_seen() {
        let (width, height) = (37, 20);
        let rgb: Vec<u8> =
            (0..width * height).flat_map(|at| [(at % 7 * 36) as u8, (at / 9 % 5 * 51) as u8, 255]).collect();
        let (wide, high, pixels) = seen(&text(width, height, &rgb));
        assert_eq!((wide, high), (width, height));
        for (pixel, rgb) in pixels.iter().zip(rgb.chunks_exact(3)) {
            let wanted = [rgb[0], rgb[1], rgb[2]].map(|part| (f64::from(part) / 2.55).round() as u32);
            assert_eq!(*pixel, wanted);
        }
    }

    #[test]
    fn too_many_colours_become_close_ones() {
        let rgb: Vec<u8> = (0..64 * 64_u32).flat_map(|at| [(at % 64 * 4) as u8, (at / 64 * 4) as u8, 128]).collect();
        let (colours, pixels) = indexed(&rgb);
        assert!(colours.len() <= 256);
        for (index, rgb) in pixels.iter().zip(rgb.chunks_exact(3)) {
            let near = colours[usize::from(*index)];
            assert!(near.iter().zip(rgb).all(|(a, b)| a.abs_diff(*b) <= 16), "{near:?} for {rgb:?}");
        }
        // Nothing to draw is no failure.
        assert_eq!(text(0, 0, &[]), "\x1bP0;1;0q\"1;1;0;0\x1b\\");
    }
}
