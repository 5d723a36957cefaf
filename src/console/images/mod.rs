//! Pictures in a terminal: as pixels where it can show them, as half blocks elsewhere.

mod ask;
mod blocks;
mod choice;
mod iterm;
mod kitty;
mod sixel;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regulars_plugin::Result;

use crate::chart::Picture;
pub use choice::Images;
use choice::{Way, choose};

/// Cells of a terminal, and the pixels of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Screen {
    pub(super) columns: usize,
    pub(super) lines: usize,
    cell: (f64, f64),
}

/// What a terminal is taken for that does not tell the pixels of its cells.
const CELL: (f64, f64) = (9.0, 18.0);
/// Cells higher than this are those of a screen with small pixels: there a unit of a picture takes two.
const FINE: f64 = 26.0;
/// Lines that stay free for what stands below a picture, and the next prompt.
const BELOW: usize = 4;

impl Screen {
    /// The terminal of standard output; `width` is what the console takes for its columns.
    pub(super) fn of(width: usize) -> Screen {
        let size = crossterm::terminal::window_size().ok();
        let lines = size.as_ref().map_or(24, |size| usize::from(size.rows)).max(BELOW + 4);
        let cell = size.filter(|size| size.width > 0 && size.height > 0 && size.columns > 0 && size.rows > 0);
        let cell = cell.map_or(CELL, |size| {
            (f64::from(size.width) / f64::from(size.columns), f64::from(size.height) / f64::from(size.rows))
        });
        // A terminal that tells nonsense is taken for an ordinary one.
        let is_usual = (2.0..200.0).contains(&cell.0) && (4.0..400.0).contains(&cell.1);
        Screen { columns: width, lines, cell: if is_usual { cell } else { CELL } }
    }
}

/// A picture on its way to the terminal.
pub(super) struct Drawn {
    /// What is written so that it appears, ending with a line end.
    pub(super) text: String,
    /// Whether its file is sharper than what is seen.
    pub(super) is_coarse: bool,
}

/// A picture as the terminal shows it; nothing where it shows none. `at_prompt` says that the terminal is ours, so that it may be asked what it can.
pub(super) fn drawn(picture: &Picture, images: Images, screen: Screen, at_prompt: bool) -> Result<Option<Drawn>> {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let way = choose(images, &var, &mut || at_prompt && ask::shows_sixel());
    let is_within_tmux = var("TMUX").is_some();
    let lines = screen.lines - BELOW;
    let Way::Pixels(protocol) = way else {
        return match way {
            Way::Blocks { all_colours } => {
                let text = blocks::text(&picture.cells(screen.columns, lines)?, all_colours);
                Ok(Some(Drawn { text, is_coarse: true }))
            }
            _ => Ok(None),
        };
    };
    let (cell_width, cell_height) = screen.cell;
    let density = if cell_height > FINE { 2.0 } else { 1.0 };
    let room = (screen.columns as f64 * cell_width / density, lines as f64 * cell_height / density);
    let picture = picture.within(room.0, room.1);
    let (width, height) = picture.size();
    let cells = |size: f64, cell: f64, most: usize| ((size * density / cell).ceil() as usize).clamp(1, most.max(1));
    let (columns, lines) = (cells(width, cell_width, screen.columns), cells(height, cell_height, lines));
    let text = match protocol {
        Protocol::Kitty => kitty::text(&picture.png(density)?, columns, lines),
        Protocol::Iterm => iterm::text(&picture.png(density)?, columns, lines),
        Protocol::Sixel => {
            let (width, height, pixels) = picture.pixels(density)?;
            sixel::text(width as usize, height as usize, &pixels)
        }
    };
    // A tmux whose terminal does sixel has drawn it itself; only what was asked for by name is handed through.
    let through = is_within_tmux && images != Images::Auto;
    let text = if through { through_tmux(&text, lines) } else { format!("{text}\n") };
    Ok(Some(Drawn { text, is_coarse: false }))
}

/// How pixels are told to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Kitty,
    Iterm,
    Sixel,
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Hands sequences to the terminal behind tmux, which must allow it. It knows nothing of the picture, so the lines are
/// reserved for it first, and the cursor is set below them afterwards.
fn through_tmux(text: &str, lines: usize) -> String {
    let mut shown = format!("{}\x1b[{lines}A\x1b7", "\n".repeat(lines));
    for sequence in sequences(text) {
        shown.push_str(&format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")));
    }
    shown.push_str(&format!("\x1b8\x1b[{lines}B\r"));
    shown
}

/// The single sequences of a text that consists of them, each with its end.
fn sequences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\x07', '\\']) {
        let (sequence, behind) = rest.split_at(at + 1);
        found.push(sequence);
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_through_tmux_comes_out_as_it_was() {
        let text = kitty::text(&[7; 5000], 10, 4);
        let wrapped = through_tmux(&text, 4);
        let inner = wrapped.strip_prefix("\n\n\n\n\x1b[4A\x1b7").unwrap().strip_suffix("\x1b8\x1b[4B\r").unwrap();
        // Taken off as tmux does: two escapes are one, an escape and a backslash end it.
        let (mut out, mut letters) = (String::new(), inner.chars().peekable());
        while let Some(letter) = letters.next() {
            match (letter, letters.peek()) {
                ('\x1b', Some('\x1b')) => out.extend(letters.next()),
                ('\x1b', Some('P')) => assert_eq!(letters.by_ref().take(6).collect::<String>(), "Ptmux;"),
                ('\x1b', Some('\\')) => drop(letters.next()),
                _ => out.push(letter),
            }
        }
        assert_eq!(out, text);
    }
}
