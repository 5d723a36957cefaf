//! Half blocks: each cell shows two pixels, or a letter.

use crate::chart::Cells;

/// `▀`: its upper half in the colour of letters, its lower in that of the ground.
const UPPER: &str = "▀";

pub(super) fn text(cells: &Cells, all_colours: bool) -> String {
    let colour = |layer: u8, [red, green, blue]: [u8; 3]| match all_colours {
        true => format!("{layer};2;{red};{green};{blue}"),
        false => format!("{layer};5;{}", of_table([red, green, blue])),
    };
    let mut shown = String::new();
    for line in 0..cells.lines {
        let mut before = String::new();
        for column in 0..cells.columns {
            let upper = cells.pixels[2 * line * cells.columns + column];
            let lower = cells.pixels[(2 * line + 1) * cells.columns + column];
            let (style, text) = match &cells.letters[line * cells.columns + column] {
                Some(letter) => {
                    let weight = if letter.bold { 1 } else { 22 };
                    let style = format!("{weight};{};{}", colour(38, letter.colour), colour(48, letter.paper));
                    (style, letter.text.as_str())
                }
                None if colour(38, upper) == colour(38, lower) => (format!("22;{}", colour(48, upper)), " "),
                None => (format!("22;{};{}", colour(38, upper), colour(48, lower)), UPPER),
            };
            if style != before {
                shown.push_str(&format!("\x1b[{style}m"));
                before = style;
            }
            shown.push_str(text);
        }
        shown.push_str("\x1b[0m\n");
    }
    shown
}

/// The nearest of the 240 colours that are the same in every terminal: a cube of six levels and a ramp of greys.
fn of_table(colour: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |part: u8| (0..6).min_by_key(|&at| LEVELS[at].abs_diff(part)).unwrap_or(0);
    let [red, green, blue] = colour.map(level);
    let cube = ([LEVELS[red], LEVELS[green], LEVELS[blue]], 16 + 36 * red + 6 * green + blue);
    let mean = colour.iter().map(|part| u32::from(*part)).sum::<u32>() / 3;
    let step = (mean.saturating_sub(3) / 10).min(23);
    let grey = ([8 + 10 * step as u8; 3], 232 + step as usize);
    let far = |near: [u8; 3]| -> u32 { near.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let nearest = if far(grey.0) < far(cube.0) { grey.1 } else { cube.1 };
    nearest as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Letter;

    fn cells() -> Cells {
        let (white, red, blue) = ([255; 3], [255, 0, 0], [0, 0, 255]);
        let letter = |text: &str| Some(Letter { text: text.into(), colour: blue, paper: white, bold: false });
        Cells {
            columns: 4,
            lines: 1,
            pixels: vec![red, white, white, white, blue, white, white, white],
            letters: vec![None, None, letter("客"), letter("")],
        }
    }

    #[test]
    fn two_pixels_a_cell_and_letters_between() {
        assert_eq!(
            text(&cells(), true),
            "\x1b[22;38;2;255;0;0;48;2;0;0;255m▀\x1b[22;48;2;255;255;255m \
             \x1b[22;38;2;0;0;255;48;2;255;255;255m客\x1b[0m\n"
        );
        assert_eq!(
            text(&cells(), false),
            "\x1b[22;38;5;196;48;5;21m▀\x1b[22;48;5;231m \x1b[22;38;5;21;48;5;231m客\x1b[0m\n"
        );
    }

    #[test]
    fn colours_find_their_nearest() {
        assert_eq!(
            [[0, 0, 0], [255; 3], [128; 3], [0xf5; 3], [0x2b, 0x6c, 0xb0]].map(of_table),
            [16, 231, 244, 255, 25]
        );
    }
}
