//! Pictures that follow the colours of the page.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regulars_plugin::{PictureTheme, Result};

use crate::chart::Picture;
use crate::show;

/// Bytes of SVG beyond which a picture of dots is lighter.
const HEAVY: usize = 120_000;
/// Pixels for each unit of a picture of dots.
const DENSITY: f64 = 2.0;

/// The colours of all pictures of a page: each pair, on light and on dark ground, is one variable of its style.
#[derive(Default)]
pub(super) struct Colours(RefCell<Vec<(String, String)>>);

impl Colours {
    /// A picture: one drawing whose colours are variables, or two of dots where that weighs less.
    pub(super) fn draw(&self, picture: &Picture) -> Result<String> {
        let light = picture.with_theme(PictureTheme::Light)?;
        let dark = picture.with_theme(PictureTheme::Dark)?;
        let drawn = light.svg()?;
        if drawn.len() > HEAVY {
            let (light, dark) = (dots(&light, "on-light")?, dots(&dark, "on-dark")?);
            if light.len() + dark.len() < drawn.len() {
                return Ok(format!("<div class=\"rg-scroll\">{light}{dark}</div>"));
            }
        }
        let other = dark.svg()?;
        Ok(match self.woven(&drawn, &other) {
            Some(both) => format!("<div class=\"rg-scroll\">{both}</div>"),
            None => {
                let (light, dark) = (classed(&drawn, "on-light"), classed(&other, "on-dark"));
                format!("<div class=\"rg-scroll\">{light}{dark}</div>")
            }
        })
    }

    /// The drawing on light ground with a variable wherever the one on dark ground has another colour; none where they
    /// differ in anything else.
    fn woven(&self, light: &str, dark: &str) -> Option<String> {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (light.split("\"#").collect(), dark.split("\"#").collect());
        if ours.len() != theirs.len() || ours[0] != theirs[0] {
            return None;
        }
        let mut both = ours[0].to_owned();
        for (our, their) in ours.iter().zip(&theirs).skip(1) {
            if our == their {
                both.push_str("\"#");
                both.push_str(our);
                continue;
            }
            let ((our, behind), (their, also_behind)) = (our.split_once('"')?, their.split_once('"')?);
            let is_colour = |text: &str| text.len() == 6 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
            if behind != also_behind || !is_colour(our) || !is_colour(their) {
                return None;
            }
            both.push_str(&format!("\"var(--k{})\"{behind}", self.number(our, their)));
        }
        Some(both)
    }

    fn number(&self, light: &str, dark: &str) -> usize {
        let mut known = self.0.borrow_mut();
        let place = known.iter().position(|(one, other)| one == light && other == dark);
        place.unwrap_or_else(|| {
            known.push((light.to_owned(), dark.to_owned()));
            known.len() - 1
        })
    }

    /// The variables on light ground, and on dark.
    pub(super) fn variables(&self) -> (String, String) {
        let known = self.0.borrow();
        let all = |pick: fn(&(String, String)) -> &str| {
            known.iter().enumerate().map(|(at, pair)| format!("--k{at}:#{};", pick(pair))).collect()
        };
        (all(|pair| &pair.0), all(|pair| &pair.1))
    }
}

fn dots(picture: &Picture, class: &str) -> Result<String> {
    let (width, height) = picture.size();
    Ok(format!(
        "<img class=\"{class}\" width=\"{width}\" height=\"{height}\" alt=\"{}\" src=\"data:image/png;base64,{}\">",
        show::escape(&picture.description()),
        STANDARD.encode(picture.png(DENSITY)?),
    ))
}

fn classed(svg: &str, class: &str) -> String {
    svg.replacen("<svg ", &format!("<svg class=\"{class}\" "), 1)
}
