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
