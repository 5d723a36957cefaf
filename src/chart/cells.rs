//! A picture for the cells of a terminal: two pixels in each, and words as letters, for which pixels are too coarse.

use regulars_plugin::Result;
use unicode_width::UnicodeWidthChar;

use super::bitmap;
use super::picture::Picture;
use super::scene::{Align, Words};
use super::theme::{Colour, INK, WHITE, Weight};

/// What a column takes of a picture: about the width of a letter of its labels.
const COLUMN: f64 = 7.5;
/// What a line takes of it: two square pixels.
const LINE: f64 = 2.0 * COLUMN;
/// Places looked at in each direction for the colour of a pixel.
const TIMES: u32 = 8;
/// How much more what is drawn counts than the paper: a line of a third of a pixel is seen as a line.
const STRESS: f64 = 2.5;
/// A letter and what it stands on differ by this much in brightness at least.
const CONTRAST: f64 = 0.4;

/// A letter in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The letter with its combining marks; empty in the second cell of a wide one.
    pub text: String,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// Red, green, blue of what it stands on.
    pub paper: [u8; 3],
    /// Whether it is set in a strong weight.
    pub bold: bool,
}

/// A picture in cells.
pub struct Cells {
    /// Cells in a line.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
    /// Two rows of pixels for each line; red, green, blue.
    pub pixels: Vec<[u8; 3]>,
    /// What is written in the cells, line by line.
    pub letters: Vec<Option<Letter>>,
}

impl Picture {
    /// Width and height in pixels, and the pixels row by row, three bytes each: at most so large.
    pub fn pixels(&self, density: f64) -> Result<(u32, u32, Vec<u8>)> {
        bitmap::pixels(self.scene(), density)
    }

    /// The picture laid out for at most so many cells of a terminal.
    pub fn cells(&self, columns: usize, lines: usize) -> Result<Cells> {
        let picture = self.within(columns as f64 * COLUMN, lines as f64 * LINE);
        let (width, height) = picture.size();
        // The least size of a picture may still be more than there is room for.
        let scale = (columns as f64 * COLUMN / width).min(lines as f64 * LINE / height).min(1.0);
        let columns = ((width * scale / COLUMN).round() as usize).clamp(1, columns.max(1));
        let lines = ((height * scale / LINE).round() as usize).clamp(1, lines.max(1));
        let (wide, high) = (columns as u32 * TIMES, lines as u32 * 2 * TIMES);
        let large = bitmap::shapes(picture.scene(), f64::from(wide) / width, wide, high)?;
        let pixels = reduced(&large, columns, lines * 2);
        let mut cells = Cells { columns, lines, pixels, letters: vec![None; columns * lines] };
        for words in &picture.scene().words {
            let words = Words { kind: words.kind.coloured(picture.scene().paint(words.kind.colour)), ..words.clone() };
            cells.write(&words, columns as f64 / width, lines as f64 / height);
        }
        Ok(cells)
    }
}

/// Each pixel from the square of places behind it.
fn reduced(large: &[u8], columns: usize, rows: usize) -> Vec<[u8; 3]> {
    let times = TIMES as usize;
    let wide = columns * times;
    let at = |x: usize, y: usize| {
        let place = (y * wide + x) * 3;
        large.get(place..place + 3).map_or([255; 3], |rgb| [rgb[0], rgb[1], rgb[2]])
    };
    let paper = at(0, 0);
    let mut pixels = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (mut sums, mut drawn) = ([0.0; 3], 0.0);
            for y in row * times..(row + 1) * times {
                for x in column * times..(column + 1) * times {
                    let rgb = at(x, y);
                    if rgb != paper {
                        drawn += 1.0;
                        sums.iter_mut().zip(rgb).for_each(|(sum, part)| *sum += f64::from(part));
                    }
                }
            }
            let share = (STRESS * drawn / (times * times) as f64).min(1.0);
            let Colour(red, green, blue) = match drawn > 0.0 {
                true => colour(paper).towards(colour(sums.map(|sum| (sum / drawn).round() as u8)), share),
                false => colour(paper),
            };
            pixels.push([red, green, blue]);
        }
    }
    pixels
}

fn colour([red, green, blue]: [u8; 3]) -> Colour {
    Colour(red, green, blue)
}

impl Cells {
    /// Writes a line of text where it belongs, kept inside; not at all where another one stands already.
    fn write(&mut self, words: &Words, columns_a_unit: f64, lines_a_unit: f64) {
        let middle = words.baseline - words.kind.half_height();
        let line = (middle * lines_a_unit).floor();
        if line < 0.0 || line as usize >= self.lines {
            return;
        }
        let letters = clusters(&words.text);
        let taken: usize = letters.iter().map(|(_, width)| width).sum();
        let place = words.x * columns_a_unit
            - match words.align {
                Align::Left => 0.0,
                Align::Centre => taken as f64 / 2.0,
                Align::Right => taken as f64,
            };
        let start = (place.round().max(0.0) as usize).min(self.columns.saturating_sub(taken));
        let first = line as usize * self.columns;
        // A space on both sides, so that two labels never read as one.
        let around = first + start.saturating_sub(1)..first + (start + taken + 1).min(self.columns);
        if self.letters[around].iter().any(Option::is_some) {
            return;
        }
        let mut column = start;
        for (text, width) in letters {
            if column + width > self.columns {
                break;
            }
            for extra in 0..width {
                let letter = self.letter(if extra == 0 { &text } else { "" }, words, line as usize, column);
                self.letters[first + column + extra] = Some(letter);
            }
            column += width;
        }
    }

    fn letter(&self, text: &str, words: &Words, line: usize, column: usize) -> Letter {
        let upper = self.pixels[2 * line * self.columns + column];
        let lower = self.pixels[(2 * line + 1) * self.columns + column];
        let paper = colour(upper).towards(colour(lower), 0.5);
        let ink = words.kind.colour;
        let far = |ink: Colour| (ink.brightness() - paper.brightness()).abs();
        let ink = match far(ink) >= CONTRAST {
            true => ink,
            false if far(WHITE) > far(INK) => WHITE,
            false => INK,
        };
        Letter {
            text: text.to_owned(),
            colour: [ink.0, ink.1, ink.2],
            paper: [paper.0, paper.1, paper.2],
            bold: words.kind.weight == Weight::SemiBold,
        }
    }
}

/// Letters with the marks that combine with them, each with the columns that it takes. What would steer a terminal is left out.
fn clusters(text: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match (letter.width().unwrap_or(0), found.last_mut()) {
            (0, Some((before, _))) => before.push(letter),
            (0, None) => {}
            (width, _) => found.push((letter.to_string(), width)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use regulars_plugin::{Chart, Mark, Quiet};

    use super::*;
    use crate::table::{Cell, Frame};

    fn picture() -> Picture {
        let columns = [
            ("segment".to_owned(), ["loyal", "new", "客户"].map(|name| Cell::Text(name.into())).to_vec()),
            ("customers".to_owned(), [3.0, 2.0, 1.0].map(Cell::Number).to_vec()),
        ];
        Picture::of(&Frame::from_cells(&columns).unwrap(), &Chart::new(Mark::Bar), &Quiet).unwrap()
    }

    fn line(cells: &Cells, line: usize) -> String {
        let row = &cells.letters[line * cells.columns..(line + 1) * cells.columns];
        row.iter().map(|letter| letter.as_ref().map_or(" ", |letter| letter.text.as_str())).collect()
    }

    #[test]
    fn words_are_letters_and_bars_are_pixels() {
        let cells = picture().cells(80, 24).unwrap();
        assert_eq!(cells.pixels.len(), cells.columns * cells.lines * 2);
        assert!(cells.columns <= 80 && cells.lines <= 24);
        let text: Vec<String> = (0..cells.lines).map(|row| line(&cells, row)).collect();
        for word in ["loyal", "new", "客户"] {
            assert!(text.iter().any(|row| row.contains(word)), "{word} in {text:#?}");
        }
        // The longest bar is at its thickest the colour of bars.
        assert!(cells.pixels.contains(&[0x2b, 0x6c, 0xb0]));
    }

    #[test]
    fn the_least_room_is_no_failure() {
        for (columns, lines) in [(1, 1), (5, 3), (20, 4), (300, 100)] {
            let cells = picture().cells(columns, lines).unwrap();
            assert!(cells.columns <= columns && cells.lines <= lines);
        }
    }

    #[test]
    fn a_thin_line_stays_to_be_seen() {
        // One of eight columns is drawn: an eighth would be hardly seen.
        let mut large = vec![255; 64 * 3];
        for row in 0..8 {
            large[row * 24..row * 24 + 3].copy_from_slice(&[255, 255, 255]);
            large[row * 24 + 3..row * 24 + 6].copy_from_slice(&[0, 0, 0]);
        }
        assert_eq!(reduced(&large, 1, 1), [[175, 175, 175]]);
    }
}
