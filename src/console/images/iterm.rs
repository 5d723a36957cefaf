//! Inline images of iTerm2: a PNG file in one sequence, as wide and high as so many cells.

use super::base64;

pub(super) fn text(png: &[u8], columns: usize, lines: usize) -> String {
    let size = png.len();
    let how = format!("size={size};width={columns};height={lines};preserveAspectRatio=1;inline=1");
    format!("\x1b]1337;File={how}:{}\x07", base64(png))
}

#[cfg(test)]
mod tests {
    use ::base64::Engine;
    use ::base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_file_comes_out_whole() {
        let shown = text(b"\x89PNG and more", 80, 20);
        let inner = shown.strip_prefix("\x1b]1337;File=").unwrap().strip_suffix('\x07').unwrap();
        let (how, data) = inner.split_once(':').unwrap();
        assert_eq!(how, "size=13;width=80;height=20;preserveAspectRatio=1;inline=1");
        assert_eq!(STANDARD.decode(data).unwrap(), b"\x89PNG and more");
    }
}
