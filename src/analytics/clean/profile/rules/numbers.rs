//! What numbers give away.

use super::super::findings::{Notebook, Severity};
use super::names::{sounds_like_date, sounds_like_key};
use crate::stats::profile::{Numbers, decade_of};
use crate::table::thousands;

/// How far beyond the middle half an outlier lies, in lengths of it.
const FAR: f64 = 3.0;
/// Numbers below which a distribution says nothing.
const FEW: u64 = 20;
/// Whole numbers from which on it is no chance that none comes twice.
const MANY: u64 = 100;
/// Numbers that stand for a missing one where they lie far from the others.
const SENTINELS: [f64; 17] = [
    -1.0,
    -9.0,
    -99.0,
    -999.0,
    -9999.0,
    -99999.0,
    99.0,
    999.0,
    9999.0,
    99999.0,
    999_999.0,
    9_999_999.0,
    99_999_999.0,
    999.99,
    9999.99,
    99_999.99,
    123_456_789.0,
];

pub(super) fn look(notebook: &mut Notebook<'_>, there: u64) {
    let found = &notebook.column.found;
    let Some(numbers) = &found.numbers else { return };
    // Numbers inside a text that is mostly something else are told as such.
    if numbers.count * 2 < there || found.texts.as_ref().is_some_and(|texts| texts.sign.is_contradicted()) {
        return;
    }
    let mut said: Vec<(Severity, &'static str, u64, String, String)> = Vec::new();
    if numbers.not_finite > 0 {
        said.push((
            Severity::High,
            "not_finite",
            numbers.not_finite,
            "NaN".to_owned(),
            "no numbers (NaN), or endless: `fill_nan(())` makes them missing".to_owned(),
        ));
    }
    if numbers.too_long > 0 && found.texts.is_none() {
        let advice =
            "whole numbers past 2⁵³: as decimal numbers they lose their last digits; keep names as text".to_owned();
        said.push((Severity::Medium, "long_numbers", numbers.too_long, written(numbers.max), advice));
    }
    let name = &notebook.column.name;
    // Many whole numbers of which none comes twice are names as well.
    let is_name =
        sounds_like_key(name) || !found.has_repeats && numbers.whole == numbers.count && numbers.count >= MANY;
    let sentinels = sentinels(numbers, found.all.as_deref().unwrap_or(&found.top));
    if let Some((value, _)) = sentinels.first().filter(|_| !is_name) {
        let words: Vec<String> = sentinels
            .iter()
            .map(|(value, rows)| format!("{} ({})", written(*value), thousands(*rows as usize)))
            .collect();
        let all: u64 = sentinels.iter().map(|(_, rows)| rows).sum();
        let advice = format!("{}: far from all others, and often used for \"not known\"", words.join(", "));
        said.push((Severity::High, "sentinels", all, written(*value), advice));
    }
    if numbers.negative > 0 && numbers.negative * 4 < numbers.count && !is_name {
        let example = written(numbers.min);
        let advice = "below zero, where most are above: refunds, corrections, or mistakes?".to_owned();
        said.push((Severity::Low, "negative_values", numbers.negative, example, advice));
    }
    if let Some(mix) = units(numbers).filter(|_| !is_name) {
        said.push((
            Severity::High,
            "unit_mix",
            mix.fewer,
            String::new(),
            format!(
                "two clusters, around {} and around {}, {}: is one of them in another unit, {}?",
                written(mix.low),
                written(mix.high),
                if mix.factor == 100 { "about a hundred times apart" } else { "about a thousand times apart" },
                if mix.factor == 100 { "cents for euro" } else { "grams for kilograms" }
            ),
        ));
    }
    if !is_name
        && sentinels.is_empty()
        && let Some((rows, low, high)) = outliers(numbers)
    {
        let example = if numbers.max > high { written(numbers.max) } else { written(numbers.min) };
        let advice = format!(
            "below {} or above {}: more than {FAR} times the middle half beyond it; mistakes, or your best customers?",
            written(low),
            written(high)
        );
        said.push((Severity::Low, "outliers", rows, example, advice));
    }
    let serials =
        numbers.count >= 3 && numbers.min >= 20_000.0 && numbers.max <= 60_000.0 && numbers.whole == numbers.count;
    if found.texts.is_none() && serials && sounds_like_date(name) {
        let advice = "days as a spreadsheet counts them, from 1899-12-30 on".to_owned();
        said.push((Severity::High, "excel_serials", numbers.count, written(numbers.min), advice));
    }
    for (severity, finding, rows, example, advice) in said {
        notebook.add(severity, finding, rows, &example, advice);
    }
}

pub(in super::super) fn written(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if value.abs() < 1e15 && rounded != 0.0 { rounded.to_string() } else { value.to_string() }
}

/// Rows outside of the outer fences, and these.
fn outliers(numbers: &Numbers) -> Option<(u64, f64, f64)> {
    if numbers.count < FEW {
        return None;
    }
    let sorted = numbers.quantiles.sorted();
    let (low, high) = (sorted.quantile(0.25)?, sorted.quantile(0.75)?);
    let middle = high - low;
    if middle <= 0.0 {
        return None;
    }
    let (low, high) = (low - FAR * middle, high + FAR * middle);
    let rows = sorted.below(low) + numbers.count - sorted.up_to(high);
    (rows > 0).then_some((rows, low, high))
}

/// Values that stand for a missing one: the least or the greatest, with a wide gap to the next.
fn sentinels(numbers: &Numbers, values: &[(String, u64)]) -> Vec<(f64, u64)> {
    if numbers.count < 5 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for sentinel in SENTINELS {
        let rows: u64 =
            values.iter().filter(|(text, _)| text.trim().parse() == Ok(sentinel)).map(|(_, rows)| *rows).sum();
        if rows == 0 || rows * 2 > numbers.count {
            continue;
        }
        let others: Vec<f64> = values
            .iter()
            .filter_map(|(text, _)| text.trim().parse().ok())
            .filter(|value: &f64| value.is_finite() && !SENTINELS.contains(value))
            .collect();
        let least = others.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if others.len() < 3 {
            continue;
        }
        let reach = greatest - least;
        let is_far = if sentinel < 0.0 {
            least >= 0.0 && (sentinel <= -9.0 || rows >= 2)
        } else {
            sentinel - greatest > reach.max(greatest.abs()) && rows >= 1
        };
        if is_far {
            found.push((sentinel, rows));
        }
    }
    found
}

struct Mix {
    low: f64,
    high: f64,
    factor: u32,
    /// Rows of the smaller cluster.
    fewer: u64,
}

/// Two clusters of sizes, a hundred or a thousand times apart, with hardly anything between.
fn units(numbers: &Numbers) -> Option<Mix> {
    let all: u64 = numbers.sizes.iter().sum();
    if all < FEW {
        return None;
    }
    // The widest stretch of bins in which together less than 1 % lie.
    let mut best: Option<(usize, usize)> = None;
    let mut from = 0;
    let mut inside = 0;
    let first = numbers.sizes.iter().position(|rows| *rows > 0)?;
    let last = numbers.sizes.iter().rposition(|rows| *rows > 0)?;
    for until in first..last {
        inside += numbers.sizes[until];
        from = from.max(first);
        while inside * 100 >= all {
            inside -= numbers.sizes[from];
            from += 1;
        }
        if from <= until && best.is_none_or(|(start, end)| until - from > end - start) {
            best = Some((from, until));
        }
    }
    let (from, until) = best?;
    let below: u64 = numbers.sizes[..from].iter().sum();
    let above: u64 = numbers.sizes[until + 1..].iter().sum();
    // Half a power of ten at the least lies between the clusters.
    if until + 1 - from < 10 || below * 50 < all || above * 50 < all {
        return None;
    }
    let (low, high) = (middle(&numbers.sizes[..from], 0), middle(&numbers.sizes[until + 1..], until + 1));
    let factor = match high - low {
        apart if (1.7..=2.3).contains(&apart) => 100,
        apart if (2.7..=3.3).contains(&apart) => 1000,
        _ => return None,
    };
    Some(Mix { low: 10_f64.powf(low), high: 10_f64.powf(high), factor, fewer: below.min(above) })
}

/// The power of ten at the middle of the rows of some bins.
fn middle(bins: &[u64], offset: usize) -> f64 {
    let half = bins.iter().sum::<u64>() / 2;
    let mut below = 0;
    for (place, rows) in bins.iter().enumerate() {
        below += rows;
        if below > half {
            return decade_of(offset + place);
        }
    }
    decade_of(offset)
}
