//! A scene as PNG: shapes by plotters, enlarged and averaged down for smooth edges; then the text, glyph by glyph.

use ab_glyph::{Font, Point};
use plotters::prelude::{BitMapBackend, IntoDrawingArea};
use rayon::prelude::*;
use regulars_plugin::{Failure, Result};

use super::scene::{Align, Scene, Strokes};
use super::text;
use super::theme::{Colour, WHITE};

/// Pixels that a picture may have, and that it may have while it is enlarged: 3 bytes each.
const MOST_PIXELS: f64 = 60e6;

/// The bytes of a PNG file.
pub(super) fn png(scene: &Scene, density: f64) -> Result<Vec<u8>> {
    sheet(scene, density)?.encode(density)
}

/// Width, height and the pixels, row by row, three bytes each.
pub(super) fn pixels(scene: &Scene, density: f64) -> Result<(u32, u32, Vec<u8>)> {
    let Sheet { width, height, bytes } = sheet(scene, density)?;
    Ok((width, height, bytes))
}

/// The shapes alone on a sheet of so many pixels, three bytes each, with hard edges: the caller averages.
pub(super) fn shapes(scene: &Scene, scale: f64, width: u32, height: u32) -> Result<Vec<u8>> {
    let Colour(red, green, blue) = scene.paint(WHITE);
    let mut bytes = [red, green, blue].repeat(width as usize * height as usize);
    {
        let area = BitMapBackend::with_buffer(&mut bytes, (width, height)).into_drawing_area();
        scene.draw_shapes(&area, scale, Strokes::Pieces)?;
    }
    Ok(bytes)
}

fn sheet(scene: &Scene, density: f64) -> Result<Sheet> {
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
    // Edges are averaged from 2×2 places at density 2 and 4×4 at density 1, as far as memory allows.
    let times = [4, 3, 2].into_iter().find(|times| {
        let enlarged = f64::from(*times);
        density * enlarged <= 4.0 + f64::EPSILON && pixels * enlarged * enlarged <= MOST_PIXELS
    });
    // Bars and cells have nothing to smooth.
    let is_sharp = scene.is_of_boxes() && (density / 2.0).fract() == 0.0;
    let times = if is_sharp { 1 } else { times.unwrap_or(1) };
    let Colour(red, green, blue) = scene.paint(WHITE);
    let mut large = [red, green, blue].repeat((width * times) as usize * (height * times) as usize);
    {
        let area = BitMapBackend::with_buffer(&mut large, (width * times, height * times)).into_drawing_area();
        scene.draw_shapes(&area, density * f64::from(times), Strokes::Pieces)?;
    }
    let mut sheet = Sheet { width, height, bytes: averaged(large, width as usize, times as usize) };
    sheet.write_words(scene, density);
    Ok(sheet)
}

/// Each pixel as the mean of the square it was enlarged to.
fn averaged(large: Vec<u8>, width: usize, times: usize) -> Vec<u8> {
    if times == 1 || width == 0 {
        return large;
    }
    let mut bytes = vec![0; large.len() / (times * times)];
    let long_row = width * times * 3;
    let share = (times * times) as u32;
    bytes.par_chunks_exact_mut(width * 3).zip(large.par_chunks_exact(long_row * times)).for_each_init(
        || vec![0_u32; width * 3],
        |sums, (averages, rows)| {
            sums.fill(0);
            for row in rows.chunks_exact(long_row) {
                for (sum, block) in sums.chunks_exact_mut(3).zip(row.chunks_exact(times * 3)) {
                    for pixel in block.chunks_exact(3) {
                        sum[0] += u32::from(pixel[0]);
                        sum[1] += u32::from(pixel[1]);
                        sum[2] += u32::from(pixel[2]);
                    }
                }
            }
            averages.iter_mut().zip(sums).for_each(|(average, sum)| *average = ((*sum + share / 2) / share) as u8);
        },
    );
    bytes
}

struct Sheet {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl Sheet {
    fn write_words(&mut self, scene: &Scene, density: f64) {
        for words in &scene.words {
            let kind = words.kind.sized(words.kind.size * density);
            let line = text::set(&words.text, kind);
            let start = words.x * density
                - match words.align {
                    Align::Left => 0.0,
                    Align::Centre => line.width / 2.0,
                    Align::Right => line.width,
                };
            // A baseline between two rows of pixels would make every letter of a line look soft.
            let baseline = (words.baseline * density).round();
            let ink = scene.paint(kind.colour);
            for (font, mut glyph) in line.glyphs {
                glyph.position += Point { x: start as f32, y: baseline as f32 };
                let Some(outlined) = font.outline_glyph(glyph) else { continue };
                let corner = outlined.px_bounds().min;
                outlined.draw(|x, y, cover| {
                    self.blend(corner.x as i64 + i64::from(x), corner.y as i64 + i64::from(y), cover, ink);
                });
            }
        }
    }

    fn blend(&mut self, x: i64, y: i64, cover: f32, colour: Colour) {
        if x < 0 || y < 0 || x >= i64::from(self.width) || y >= i64::from(self.height) {
            return;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        if let Some([red, green, blue]) = self.bytes.get_mut(at..at + 3) {
            let mixed = Colour(*red, *green, *blue).towards(colour, f64::from(cover));
            (*red, *green, *blue) = (mixed.0, mixed.1, mixed.2);
        }
    }

    fn encode(self, density: f64) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        let failed = |error: png::EncodingError| Failure::new(format!("the picture could not be written: {error}"));
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        // 96 pixels an inch at density 1: documents then place the picture in its intended size.
        let pixels_a_metre = (density * 96.0 / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: pixels_a_metre,
            yppu: pixels_a_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.bytes).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }
}
