//! The graphics protocol of kitty: a PNG file in pieces, placed in so many cells.

use super::base64;

/// The most that one piece may hold.
const PIECE: usize = 4096;

/// `q=2` asks for no answer, which would be read as keys.
pub(super) fn text(png: &[u8], columns: usize, lines: usize) -> String {
    let data = base64(png);
    let pieces: Vec<&[u8]> = data.as_bytes().chunks(PIECE).collect();
    let mut shown = String::with_capacity(data.len() + pieces.len() * 16 + 64);
    for (index, piece) in pieces.iter().enumerate() {
        let more = u8::from(index + 1 < pieces.len());
        let head = if index == 0 { format!("a=T,f=100,t=d,c={columns},r={lines},q=2,") } else { String::new() };
        // Base64 is ASCII, so a piece of it is text.
        shown.push_str(&format!("\x1b_G{head}m={more};{}\x1b\\", String::from_utf8_lossy(piece)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use ::base64::Engine;
    use ::base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_pieces_together_are_the_file() {
        let file: Vec<u8> = (0..10_000_u32).map(|at| (at * 7 % 251) as u8).collect();
        let shown = text(&file, 80, 20);
        let pieces: Vec<(&str, &str)> = shown
            .split_terminator("\x1b\\")
            .map(|piece| piece.strip_prefix("\x1b_G").unwrap().split_once(';').unwrap())
            .collect();
        assert_eq!(
            pieces.iter().map(|(head, _)| *head).collect::<Vec<_>>(),
            ["a=T,f=100,t=d,c=80,r=20,q=2,m=1", "m=1", "m=1", "m=0"]
        );
        assert!(pieces.iter().all(|(_, data)| data.len() <= 4096 && data.len() % 4 == 0));
        let data: String = pieces.iter().map(|(_, data)| *data).collect();
        assert_eq!(STANDARD.decode(data).unwrap(), file);
    }
}
