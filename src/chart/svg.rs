//! A scene as SVG: shapes by plotters, text as text, nothing fetched from elsewhere.

use plotters::backend::DrawingBackend;
use plotters::prelude::SVGBackend;
use regulars_plugin::{Failure, Result};

use super::scene::{Align, Scene, Strokes};
use super::theme::{Colour, WHITE, Weight};

/// plotters places shapes on whole units; ten of them to a pixel keep lines smooth.
const FINE: f64 = 10.0;

/// The text of an SVG file, with a title and a description for those who do not see it.
pub(super) fn svg(scene: &Scene, title: &str, description: &str) -> Result<String> {
    let (wide, high) = ((scene.width * FINE) as u32, (scene.height * FINE) as u32);
    let mut drawn = String::new();
    {
        let mut sheet = SVGBackend::with_string(&mut drawn, (wide, high));
        scene.draw_shapes(&mut sheet, FINE, Strokes::Paths, 0..high)?;
        sheet.present().map_err(|error| Failure::new(format!("the picture could not be drawn: {error}")))?;
    }
    // The frame of the file is written here: plotters' knows no fine units, no title and no round joints.
    let shapes = drawn.split_once('\n').map_or("", |(_, rest)| rest);
    let shapes = shapes.trim_end().trim_end_matches("</svg>").replace(" opacity=\"1\"", "");
    let ground = hex(scene.paint(WHITE));
    let mut file = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {wide} {high}\" \
         role=\"img\" font-family=\"Inter, Helvetica, Arial, sans-serif\" stroke-linejoin=\"round\" \
         stroke-linecap=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n<rect width=\"100%\" height=\"100%\" \
         fill=\"{ground}\"/>\n{shapes}",
        scene.width,
        scene.height,
        escaped(title),
        escaped(description),
    );
    for words in &scene.words {
        let ink = hex(scene.paint(words.kind.colour));
        let anchor = match words.align {
            Align::Left => "",
            Align::Centre => " text-anchor=\"middle\"",
            Align::Right => " text-anchor=\"end\"",
        };
        let weight = if words.kind.weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
        file += &format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight}{anchor} fill=\"{ink}\">{}</text>\n",
            (words.x * FINE).round(),
            (words.baseline * FINE).round(),
            (words.kind.size * FINE).round(),
            escaped(&words.text),
        );
    }
    file += "</svg>\n";
    Ok(file)
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// Text from data as text of a file: nothing in it is markup.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}
