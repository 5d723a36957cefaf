//! A scene as PNG: shapes by plotters, enlarged and averaged down for smooth edges; then the text, glyph by glyph.

use std::io::Write;
use std::ops::{Range, RangeInclusive};

use ab_glyph::{Font, Point};
use plotters::prelude::BitMapBackend;
use rayon::prelude::*;
use regulars_plugin::{Failure, Result};

use super::scene::{Align, Scene, Strokes};
use super::text;
use super::theme::{Colour, WHITE};

/// Pixels that a picture may have, 3 bytes each, and that it may have while it is enlarged, band by band.
const MOST_PIXELS: f64 = 60e6;
/// A sheet is drawn in so many parts, one after the other: while one is written to the file the next one is drawn, and no
/// more than these two are in memory.
const PARTS: u32 = 6;
/// A part is drawn in bands, one for each processor within these bounds: where they lie does not show.
const BANDS: RangeInclusive<usize> = 2..=6;
/// Bytes of the file that are written together.
const CHUNK: usize = 65_536;
/// Pixels of a row that are looked at together.
const TILE: usize = 16;

/// The bytes of a PNG file.
pub(super) fn png(scene: &Scene, density: f64) -> Result<Vec<u8>> {
    let sheet = Sheet::of(scene, density)?;
    // On one of the threads that draw: handing each part over to them from another one takes long beside drawing it.
    rayon::scope(|_| sheet.encoded())
}

fn unwritten(error: &dyn std::error::Error) -> Failure {
    Failure::new(format!("the picture could not be written: {error}"))
}

/// Width, height and the pixels, row by row, three bytes each.
pub(super) fn pixels(scene: &Scene, density: f64) -> Result<(u32, u32, Vec<u8>)> {
    let sheet = Sheet::of(scene, density)?;
    let mut bytes = vec![0; sheet.bytes_of(&(0..sheet.height))];
    let mut left = bytes.as_mut_slice();
    for rows in sheet.parts() {
        let (part, rest) = left.split_at_mut(sheet.bytes_of(&rows));
        sheet.draw(rows, part)?;
        left = rest;
    }
    Ok((sheet.width, sheet.height, bytes))
}

/// The shapes alone on a sheet of so many pixels, three bytes each, with hard edges: the caller averages.
pub(super) fn shapes(scene: &Scene, scale: f64, width: u32, height: u32) -> Result<Vec<u8>> {
    let mut bytes = vec![0; width as usize * height as usize * 3];
    draw(scene, scale, 0..height, &ground(scene, width), &mut bytes)?;
    Ok(bytes)
}

/// A row of a sheet without shapes.
fn ground(scene: &Scene, width: u32) -> Vec<u8> {
    let Colour(red, green, blue) = scene.paint(WHITE);
    [red, green, blue].repeat(width as usize)
}

/// Draws the shapes on some rows of a sheet.
fn draw(scene: &Scene, scale: f64, rows: Range<u32>, ground: &[u8], bytes: &mut [u8]) -> Result<()> {
    bytes.chunks_exact_mut(ground.len().max(1)).for_each(|row| row.copy_from_slice(ground));
    let width = (ground.len() / 3) as u32;
    let mut sheet = BitMapBackend::with_buffer(bytes, (width, rows.end - rows.start));
    scene.draw_shapes(&mut sheet, scale, Strokes::Pieces, rows)
}

/// Each pixel as the mean of the square it was enlarged to; a row of the enlarged sheet without shapes is `ground`.
fn average(large: &[u8], ground: &[u8], bytes: &mut [u8], times: usize) {
    let share = (times * times) as u32;
    let rows = large.chunks_exact(ground.len() * times);
    for (averages, rows) in bytes.chunks_exact_mut(ground.len() / times).zip(rows) {
        for (index, averages) in averages.chunks_mut(TILE * 3).enumerate() {
            let tile = index * TILE * times * 3..index * TILE * times * 3 + averages.len() * times;
            let tiles = || rows.chunks_exact(ground.len()).map(|row| &row[tile.clone()]);
            // Most of a sheet is empty, and comparing is much quicker than averaging.
            if tiles().all(|tile_of_row| *tile_of_row == ground[tile.clone()]) {
                averages.copy_from_slice(&ground[..averages.len()]);
                continue;
            }
            let mut sums = [0_u32; TILE * 3];
            for tile in tiles() {
                for (sum, block) in sums.chunks_exact_mut(3).zip(tile.chunks_exact(times * 3)) {
                    for pixel in block.chunks_exact(3) {
                        sum[0] += u32::from(pixel[0]);
                        sum[1] += u32::from(pixel[1]);
                        sum[2] += u32::from(pixel[2]);
                    }
                }
            }
            averages.iter_mut().zip(&sums).for_each(|(average, sum)| *average = ((*sum + share / 2) / share) as u8);
        }
    }
}

/// A scene that is to be drawn on so many pixels.
struct Sheet<'a> {
    scene: &'a Scene,
    density: f64,
    width: u32,
    height: u32,
    /// How many times wider and higher the shapes are drawn before they are averaged.
    times: u32,
    /// A row of the enlarged sheet without shapes.
    ground: Vec<u8>,
}

impl Sheet<'_> {
    fn of(scene: &Scene, density: f64) -> Result<Sheet<'_>> {
        if !density.is_finite() || !(0.25..=8.0).contains(&density) {
            return Err(Failure::new(format!("density {density} is not between 0.25 and 8"))
                .help("2 suits most screens and documents"));
        }
        let (width, height) = ((scene.width * density).round() as u32, (scene.height * density).round() as u32);
        let pixels = f64::from(width) * f64::from(height);
        if pixels > MOST_PIXELS {
            return Err(Failure::new(format!("a picture of {width} by {height} pixels is too large"))
                .help("ask for a smaller size or a lower density"));
        }
        // Edges are averaged from 2×2 places at density 2 and 4×4 at density 1, as far as it does not take too long.
        let times = [4, 3, 2].into_iter().find(|times| {
            let enlarged = f64::from(*times);
            density * enlarged <= 4.0 + f64::EPSILON && pixels * enlarged * enlarged <= MOST_PIXELS
        });
        // Bars and cells have nothing to smooth.
        let is_sharp = scene.is_of_boxes() && (density / 2.0).fract() == 0.0;
        let times = if is_sharp { 1 } else { times.unwrap_or(1) };
        Ok(Sheet { scene, density, width, height, times, ground: ground(scene, width * times) })
    }

    /// Its rows, part by part. plotters walks along the whole of a large shape in each part and band, so there are few of them
    /// where there are such shapes.
    fn parts(&self) -> impl Iterator<Item = Range<u32>> {
        let parts = if self.scene.has_large_shapes() { 1 } else { PARTS };
        let (rows, height) = (self.height.div_ceil(parts).max(1), self.height);
        (0..height).step_by(rows as usize).map(move |first| first..height.min(first + rows))
    }

    /// The bytes of its PNG file.
    fn encoded(&self) -> Result<Vec<u8>> {
        let failed = |error: png::EncodingError| unwritten(&error);
        let mut file = Vec::with_capacity(10 * CHUNK);
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        // 96 pixels an inch at density 1: documents then place the picture in its intended size.
        let pixels_a_metre = (self.density * 96.0 / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: pixels_a_metre,
            yppu: pixels_a_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(failed)?;
        let mut stream = writer.stream_writer_with_size(CHUNK).map_err(failed)?;
        let (mut drawn, mut next) = (Vec::new(), Vec::new());
        for rows in self.parts() {
            next.resize(self.bytes_of(&rows), 0);
            let (written, made) = rayon::join(|| stream.write_all(&drawn), || self.draw(rows, &mut next));
            written.map_err(|error| unwritten(&error))?;
            made?;
            std::mem::swap(&mut drawn, &mut next);
        }
        stream.write_all(&drawn).map_err(|error| unwritten(&error))?;
        stream.finish().map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }

    /// How many bytes some rows take.
    fn bytes_of(&self, rows: &Range<u32>) -> usize {
        rows.len() * self.width as usize * 3
    }

    /// Draws some rows, in bands on all processors: the enlarged sheet as a whole would be up to sixteen times as large as the
    /// picture.
    fn draw(&self, rows: Range<u32>, bytes: &mut [u8]) -> Result<()> {
        let Sheet { scene, times, ground, .. } = self;
        let (row, scale) = (self.width as usize * 3, self.density * f64::from(*times));
        let most = if self.scene.has_large_shapes() { *BANDS.start() } else { *BANDS.end() };
        let band = rows.len().div_ceil(rayon::current_num_threads().clamp(*BANDS.start(), most)).max(1);
        let bands = bytes.par_chunks_mut((band * row).max(1)).enumerate();
        bands.try_for_each_init(Vec::new, |large, (index, bytes)| {
            let first = rows.start + (index * band) as u32;
            let rows = first..first + (bytes.len() / row) as u32;
            if *times == 1 {
                return draw(scene, scale, rows, ground, bytes);
            }
            large.resize(bytes.len() * (times * times) as usize, 0);
            draw(scene, scale, rows.start * times..rows.end * times, ground, large)?;
            average(large, ground, bytes, *times as usize);
            Ok(())
        })?;
        self.write_words(&rows, bytes);
        Ok(())
    }

    /// Writes the text that reaches into some rows.
    fn write_words(&self, rows: &Range<u32>, bytes: &mut [u8]) {
        let density = self.density;
        for words in &self.scene.words {
            let kind = words.kind.sized(words.kind.size * density);
            // A baseline between two rows of pixels would make every letter of a line look soft.
            let baseline = (words.baseline * density).round();
            // No letter is twice as high as its size, or reaches as far below its line.
            let reach = 2.0 * kind.size;
            if baseline + reach < f64::from(rows.start) || baseline - reach > f64::from(rows.end) {
                continue;
            }
            let line = text::set(&words.text, kind);
            let start = words.x * density
                - match words.align {
                    Align::Left => 0.0,
                    Align::Centre => line.width / 2.0,
                    Align::Right => line.width,
                };
            let ink = self.scene.paint(kind.colour);
            for (font, mut glyph) in line.glyphs {
                glyph.position += Point { x: start as f32, y: baseline as f32 };
                let Some(outlined) = font.outline_glyph(glyph) else { continue };
                let corner = outlined.px_bounds().min;
                let (left, top) = (corner.x as i64, corner.y as i64 - i64::from(rows.start));
                outlined.draw(|x, y, cover| {
                    self.blend(bytes, (left + i64::from(x), top + i64::from(y)), cover, ink);
                });
            }
        }
    }

    fn blend(&self, bytes: &mut [u8], (x, y): (i64, i64), cover: f32, colour: Colour) {
        if x < 0 || y < 0 || x >= i64::from(self.width) {
            return;
        }
        // Below the last row there is nothing to find.
        let at = (y as usize * self.width as usize + x as usize) * 3;
        if let Some([red, green, blue]) = bytes.get_mut(at..at + 3) {
            let mixed = Colour(*red, *green, *blue).towards(colour, f64::from(cover));
            (*red, *green, *blue) = (mixed.0, mixed.1, mixed.2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme::{INK, MAIN, QUIET, TITLE};
    use super::*;

    #[test]
    fn bands_do_not_show() {
        for (dark, density) in [(false, 2.0), (true, 1.0), (false, 0.7)] {
            let mut scene = Scene::new(400.0, 301.0);
            scene.dark = dark;
            scene.rect(20.3, 3.1, 60.0, 299.0, QUIET);
            if density < 2.0 {
                scene.area(vec![(80.0, 10.0), (390.0, 150.0), (120.0, 298.0)], MAIN);
                scene.veil(vec![(10.0, 40.0), (380.0, 5.0), (395.0, 280.0), (30.0, 260.0)], INK);
            }
            scene.stroke(vec![(5.0, 5.0), (201.0, 296.0), (390.0, 8.0), (391.0, 300.0)], 2.0, INK);
            (0..40).for_each(|index| scene.dot(f64::from(index) * 10.0, f64::from(index) * 7.6, 4.0, MAIN));
            let sheet = Sheet::of(&scene, density).unwrap();
            let (width, height) = (sheet.width, sheet.height);
            let (_, _, bytes) = pixels(&scene, density).unwrap();
            let times = (4.0 / density).floor().min(4.0) as u32;
            let ground = ground(&scene, width * times);
            let mut large = vec![0; ground.len() * (height * times) as usize];
            draw(&scene, density * f64::from(times), 0..height * times, &ground, &mut large).unwrap();
            // The plain mean of each square, beside the one that skips what is empty.
            for (place, found) in bytes.iter().enumerate() {
                let (pixel, part) = (place / 3, place % 3);
                let (x, y) = (pixel % width as usize, pixel / width as usize);
                let times = times as usize;
                let squares = (0..times * times).map(|at| {
                    let (x, y) = (x * times + at % times, y * times + at / times);
                    u32::from(large[(y * width as usize * times + x) * 3 + part])
                });
                let share = (times * times) as u32;
                let mean = (squares.sum::<u32>() + share / 2) / share;
                assert_eq!(u32::from(*found), mean, "{x}, {y} at density {density}");
            }
        }
    }

    #[test]
    fn parts_do_not_show_in_letters_and_in_the_file() {
        for (size, density) in [(11.0, 2.0), (40.0, 1.0), (300.0, 0.7)] {
            let mut scene = Scene::new(400.0, 301.0);
            let kind = TITLE.sized(size);
            // Some of them reach across each edge between two parts, or out of the picture.
            (0..=40).for_each(|line| scene.text(200.0, f64::from(line) * 7.7, "ÅÊ\u{20ac} gjpq", kind, Align::Centre));
            scene.rect(20.3, 3.1, 60.0, 299.0, QUIET);
            let sheet = Sheet::of(&scene, density).unwrap();
            assert!(sheet.parts().count() > 1);
            let mut whole = vec![0; sheet.bytes_of(&(0..sheet.height))];
            sheet.draw(0..sheet.height, &mut whole).unwrap();
            let (width, height, parts) = pixels(&scene, density).unwrap();
            assert!(parts == whole, "letters of {size} at density {density}");
            let file = png(&scene, density).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut read = vec![0; reader.output_buffer_size().unwrap()];
            let shape = reader.next_frame(&mut read).unwrap();
            assert_eq!((shape.width, shape.height), (width, height));
            assert!(read == whole, "letters of {size} at density {density}, in the file");
        }
    }
}
