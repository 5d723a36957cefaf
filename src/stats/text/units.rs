//! Units of weight, length and volume, and pieces.

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// In kilograms.
    Weight,
    /// In metres.
    Length,
    /// In litres.
    Volume,
    /// Things that are counted.
    Pieces,
}

impl Measure {
    /// The unit that quantities come to.
    pub fn unit(self) -> &'static str {
        match self {
            Measure::Weight => "kg",
            Measure::Length => "m",
            Measure::Volume => "l",
            Measure::Pieces => "pcs",
        }
    }

    /// The measure in a word.
    pub fn word(self) -> &'static str {
        match self {
            Measure::Weight => "weight",
            Measure::Length => "length",
            Measure::Volume => "volume",
            Measure::Pieces => "pieces",
        }
    }
}

/// A unit: its spellings in lower case, what it measures, and how many of the first unit of its measure it is.
#[derive(Debug, PartialEq)]
pub struct Unit {
    /// Its spellings, the usual one first.
    pub names: &'static [&'static str],
    /// What it measures.
    pub measure: Measure,
    /// How many kilograms, metres, litres or pieces it is.
    pub factor: f64,
}

const fn unit(names: &'static [&'static str], measure: Measure, factor: f64) -> Unit {
    Unit { names, measure, factor }
}

use Measure::{Length, Pieces, Volume, Weight};

/// Kilograms, metres, litres; the foot and the pound of 1959, the gallon and the ounces of the United States.
static UNITS: [Unit; 25] = [
    unit(&["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"], Weight, 1.0),
    unit(&["g", "gr", "gram", "grams", "gramm", "克"], Weight, 0.001),
    unit(&["mg"], Weight, 1e-6),
    unit(&["t", "ton", "tons", "tonne", "tonnes", "吨"], Weight, 1000.0),
    unit(&["lb", "lbs", "pound", "pounds"], Weight, 0.453_592_37),
    unit(&["oz", "ounce", "ounces"], Weight, 0.028_349_523_125),
    unit(&["斤"], Weight, 0.5),
    unit(&["m", "metre", "metres", "meter", "meters", "米"], Length, 1.0),
    unit(&["cm", "厘米", "公分"], Length, 0.01),
    unit(&["mm", "毫米"], Length, 0.001),
    unit(&["km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"], Length, 1000.0),
    unit(&["in", "inch", "inches", "\"", "″"], Length, 0.0254),
    unit(&["ft", "foot", "feet", "'", "′"], Length, 0.3048),
    unit(&["yd", "yard", "yards"], Length, 0.9144),
    unit(&["mi", "mile", "miles"], Length, 1609.344),
    unit(&["l", "litre", "litres", "liter", "liters", "升"], Volume, 1.0),
    unit(&["ml", "毫升"], Volume, 0.001),
    unit(&["cl"], Volume, 0.01),
    unit(&["dl"], Volume, 0.1),
    unit(&["gal", "gallon", "gallons"], Volume, 3.785_411_784),
    unit(&["fl oz", "floz", "fl. oz"], Volume, 0.029_573_529_562_5),
    unit(&["pt", "pint", "pints"], Volume, 0.473_176_473),
    unit(&["m3", "m³"], Volume, 1000.0),
    unit(&["cm3", "cm³", "cc"], Volume, 0.001),
    unit(&["pcs", "pc", "pieces", "stk", "stück", "件", "个"], Pieces, 1.0),
];

/// Bytes of the longest name of a unit.
const LONGEST: usize = 12;

/// The number before a unit, and the unit: none where no digit stands before one that is known. Capitals do not matter.
///
/// ```
/// let (number, unit) = regulars_stats::text::split_unit("1.5 KG").unwrap();
/// assert_eq!((number, unit.names[0]), ("1.5", "kg"));
/// ```
pub fn split_unit(text: &str) -> Option<(&str, &'static Unit)> {
    // m3 and cm3 end with a digit that is not one of the number.
    let bare = text.strip_suffix("m3").or_else(|| text.strip_suffix("M3")).unwrap_or(text);
    let end = bare.rfind(|sign: char| sign.is_ascii_digit())? + 1;
    let name = text[end..].trim_matches(|letter: char| letter == ' ' || letter == '.').as_bytes();
    // Lowered in place: most texts that begin with a number end with no unit.
    let mut low = [0_u8; LONGEST];
    let low = low.get_mut(..name.len()).filter(|low| !low.is_empty())?;
    low.copy_from_slice(name);
    low.make_ascii_lowercase();
    let found = UNITS.iter().find(|unit| unit.names.iter().any(|known| known.as_bytes() == low));
    found.map(|unit| (text[..end].trim_end(), unit))
}

/// A unit by its usual name.
pub fn unit_named(name: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.names[0] == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_units_are_parted() {
        for (text, number, name) in [
            ("1.5 kg", "1.5", "kg"),
            ("500g", "500", "g"),
            ("2 m3", "2", "m3"),
            ("2m³", "2", "m3"),
            ("3 fl. oz.", "3", "fl oz"),
            ("6'", "6", "ft"),
            ("五 5斤", "五 5", "斤"),
            ("12 Stk.", "12", "pcs"),
        ] {
            let found = split_unit(text).map(|(number, unit)| (number, unit.names[0]));
            assert_eq!(found, Some((number, name)), "{text}");
        }
        assert!(["kg", "5 blobs", "5", "", "m3", "1.5 kg 2"].iter().all(|text| split_unit(text).is_none()));
    }
}
