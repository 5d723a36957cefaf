//! Colours and sizes, in one place, so that all pictures look as if one hand had drawn them.

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// The colour a share of the way to another one.
    pub(super) fn towards(self, other: Colour, share: f64) -> Colour {
        let mix = |from: u8, to: u8| {
            let mixed = f64::from(from) + (f64::from(to) - f64::from(from)) * share.clamp(0.0, 1.0);
            mixed.round() as u8
        };
        Colour(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// How bright it looks, 0 to 1: decides between dark and light text on it.
    pub(super) fn brightness(self) -> f64 {
        (0.299 * f64::from(self.0) + 0.587 * f64::from(self.1) + 0.114 * f64::from(self.2)) / 255.0
    }
}

impl Colour {
    /// The ink that is read on it.
    pub(super) fn ink(self) -> Colour {
        if self.brightness() > 0.55 { INK } else { WHITE }
    }
}

/// Lightness of the dark ground, and of the brightest ink on it.
const GROUND: f64 = 0.21;
const GLOW: f64 = 0.95;
/// Lightness of the ink of the light theme, which becomes the brightest of the dark one.
const DEEPEST: f64 = 0.28;

impl Colour {
    /// The same colour on a dark ground: its lightness turned around, its hue kept. So one palette serves both themes:
    /// what stands out from white stands out from dark grey, and what fades into white fades into it.
    pub(super) fn turned(self) -> Colour {
        let [light, a, b] = self.oklab();
        let turned = GROUND + (GLOW - GROUND) * ((1.0 - light) / (1.0 - DEEPEST)).clamp(0.0, 1.0).powf(0.9);
        // Less colour rather than another hue, where a screen has none so strong.
        let strengths = (0..=10).map(|step| 1.0 - 0.1 * f64::from(step));
        let shown = strengths.map(|part| from_oklab([turned, a * part, b * part]));
        let inside = shown.into_iter().find(|rgb| rgb.iter().all(|part| (-0.001..=1.001).contains(part)));
        let [red, green, blue] =
            inside.unwrap_or([turned; 3]).map(|part| (to_screen(part.clamp(0.0, 1.0)) * 255.0).round() as u8);
        Colour(red, green, blue)
    }

    /// Lightness and the two axes of colour after Ottosson's Oklab (2020), in which equal steps look equal.
    fn oklab(self) -> [f64; 3] {
        let [red, green, blue] = [self.0, self.1, self.2].map(|part| from_screen(f64::from(part) / 255.0));
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let middle = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * middle - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * middle + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * middle - 0.808_675_766_0 * short,
        ]
    }
}

/// Red, green and blue, linear, of a colour of Oklab; outside of 0 to 1 where a screen has none such.
fn from_oklab([light, a, b]: [f64; 3]) -> [f64; 3] {
    let long = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let middle = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (light - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * middle + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * middle - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * middle + 1.707_614_701_0 * short,
    ]
}

fn from_screen(part: f64) -> f64 {
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

fn to_screen(part: f64) -> f64 {
    if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 }
}

/// Weight of a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
}

impl Type {
    /// The same in another colour.
    pub(super) fn coloured(self, colour: Colour) -> Type {
        Type { colour, ..self }
    }

    /// The same in another size.
    pub(super) fn sized(self, size: f64) -> Type {
        Type { size, ..self }
    }

    /// From the middle of a line of capitals or digits down to its baseline.
    pub(super) fn half_height(self) -> f64 {
        // Capitals of Inter are 0.727 of its size high.
        self.size * 0.3636
    }
}

pub(super) const WHITE: Colour = Colour(255, 255, 255);
pub(super) const INK: Colour = Colour(0x1f, 0x29, 0x37);
pub(super) const GREY: Colour = Colour(0x64, 0x6c, 0x7a);
/// Gridlines.
pub(super) const FAINT: Colour = Colour(0xe7, 0xe9, 0xed);
/// The line from which bars grow.
pub(super) const BASE: Colour = Colour(0xa9, 0xb0, 0xba);
/// What is there for comparison only: further lines, the bar of all other categories.
pub(super) const QUIET: Colour = Colour(0xc3, 0xc9, 0xd2);
pub(super) const MAIN: Colour = Colour(0x2b, 0x6c, 0xb0);
/// Values below zero.
pub(super) const BELOW: Colour = Colour(0xd5, 0x5e, 0x00);

/// Lines: the palette of Okabe and Ito, made for all common kinds of colour blindness, its yellow replaced by brown
/// and its black left out, its light tones darkened so that text in the same colour can be read on white.
pub(super) const SERIES: [Colour; 8] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x8a, 0x66),
    Colour(0xb8, 0x5f, 0x93),
    Colour(0xb9, 0x77, 0x00),
    Colour(0x2f, 0x93, 0xc9),
    Colour(0x7a, 0x5b, 0x32),
    Colour(0x4a, 0x53, 0x61),
];

/// From little to much: one hue, so that the order is seen without any colour vision.
const MUCH: [Colour; 5] = [
    Colour(0xed, 0xf3, 0xfa),
    Colour(0xc0, 0xd8, 0xee),
    Colour(0x7f, 0xb1, 0xda),
    Colour(0x38, 0x7f, 0xba),
    Colour(0x0d, 0x47, 0x84),
];
const LESS_THAN_NOTHING: [Colour; 3] = [Colour(0xf6, 0xf3, 0xf0), Colour(0xf0, 0xb4, 0x82), Colour(0xb4, 0x4c, 0x00)];
const MORE_THAN_NOTHING: [Colour; 3] = [Colour(0xf6, 0xf3, 0xf0), Colour(0x8b, 0xb8, 0xdc), Colour(0x0d, 0x4f, 0x8f)];

/// Colour of a share between 0 and 1 of the way from little to much.
pub(super) fn sequential(share: f64) -> Colour {
    along(&MUCH, share)
}

/// Colour of a share between −1 and 1, nothing in the middle.
pub(super) fn diverging(share: f64) -> Colour {
    if share < 0.0 { along(&LESS_THAN_NOTHING, -share) } else { along(&MORE_THAN_NOTHING, share) }
}

fn along(stops: &[Colour], share: f64) -> Colour {
    let place = share.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let below = (place.floor() as usize).min(stops.len() - 2);
    stops[below].towards(stops[below + 1], place - below as f64)
}

pub(super) const TITLE: Type = Type { size: 20.0, weight: Weight::SemiBold, colour: INK };
pub(super) const SUBTITLE: Type = Type { size: 13.0, weight: Weight::Regular, colour: GREY };
/// Names of categories.
pub(super) const LABEL: Type = Type { size: 12.5, weight: Weight::Regular, colour: INK };
/// Numbers along axes and what they mean.
pub(super) const AXIS: Type = Type { size: 12.0, weight: Weight::Regular, colour: GREY };
/// Names of lines, values at the end of bars.
pub(super) const DIRECT: Type = Type { size: 12.5, weight: Weight::SemiBold, colour: INK };

/// Space around everything.
pub(super) const MARGIN: f64 = 28.0;
/// Width and height of a picture that asks for no other.
pub(super) const SIZE: (u32, u32) = (960, 560);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_picture_keeps_order_and_hue() {
        let dark = [WHITE, FAINT, QUIET, GREY, INK].map(|colour| colour.turned().brightness());
        assert!(dark.is_sorted() && dark[0] < 0.15 && dark[4] > 0.85, "{dark:?}");
        for colour in SERIES {
            let [_, a, b] = colour.oklab();
            let [light, turned_a, turned_b] = colour.turned().oklab();
            let between = (b.atan2(a) - turned_b.atan2(turned_a)).abs();
            assert!(!(0.1..=6.18).contains(&between), "{colour:?}: {between}");
            assert!(light > 0.55, "{colour:?} is read on dark grey: {light}");
        }
    }
}
