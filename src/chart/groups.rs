//! The distinct values of a column, in the order in which they are drawn, and the rows that belong to each.

use std::collections::HashMap;

use super::calendar::{Span, span_of};
use super::format::{Format, count};
use super::scale::{is_drawable, quantile, ticks};
use super::table::{Column, Values};
use super::text;

/// The word for a category that is not known.
const MISSING: &str = "(missing)";

/// The distinct values of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// How each is written.
    pub(super) labels: Vec<String>,
    /// Each as a number, for columns that have an order of their own; empty for words.
    pub(super) places: Vec<f64>,
    /// The group of each row; none where the value is missing or has no end.
    pub(super) of_row: Vec<Option<usize>>,
    /// Whether words have an order because each begins with a number: `18–24`, `25–34`, `3 and more`.
    counted: bool,
    /// Stretches of the calendar into which dates were gathered, where they were.
    pub(super) gathered: Option<Span>,
}

impl Groups {
    /// Words in the order of their first row, or of the numbers with which all of them begin; numbers and dates sorted. Where there are more than `most` days,
    /// they are gathered by weeks, months, quarters or years.
    pub(super) fn of(column: &Column, most: usize) -> Groups {
        match &column.values {
            Values::Words(words) => Groups::of_words(words),
            Values::Numbers(_) => {
                let (values, _) = column.drawable();
                let (places, of_row) = distinct(&values);
                let format = Exact::of(&places, column);
                Groups {
                    labels: places.iter().map(|place| format.write(*place)).collect(),
                    places,
                    of_row,
                    gathered: None,
                    counted: false,
                }
            }
            Values::Days(_) => {
                let (values, _) = column.drawable();
                let (places, of_row) = distinct(&values);
                match (places.first(), places.last()) {
                    (Some(first), Some(last)) if places.len() > most => {
                        let span = Span::for_stretch(*first, *last, most);
                        let starts: Vec<Option<f64>> =
                            values.iter().map(|value| value.map(|day| span.start(span.number(day)))).collect();
                        let (places, of_row) = distinct(&starts);
                        let labels = places.iter().map(|place| span.label(*place)).collect();
                        Groups { labels, places, of_row, gathered: Some(span), counted: false }
                    }
                    _ => {
                        let span = span_of(&places);
                        let labels = places.iter().map(|place| span.label(*place)).collect();
                        Groups { labels, places, of_row, gathered: None, counted: false }
                    }
                }
            }
        }
    }

    /// In the order of their first row.
    fn of_words(words: &[Option<String>]) -> Groups {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut labels: Vec<String> = Vec::new();
        let of_row = words.iter().map(|word| {
            let word = word.as_deref().map(|word| if word.trim().is_empty() { "(blank)" } else { word });
            let word = word.unwrap_or(MISSING);
            Some(*known.entry(word).or_insert_with(|| {
                labels.push(word.to_owned());
                labels.len() - 1
            }))
        });
        let of_row: Vec<Option<usize>> = of_row.collect();
        let numbers: Option<Vec<f64>> = labels.iter().map(|label| leading_number(label)).collect();
        match numbers {
            Some(numbers) if labels.len() > 1 => {
                let mut order: Vec<usize> = (0..labels.len()).collect();
                order.sort_by(|left, right| {
                    numbers[*left].total_cmp(&numbers[*right]).then(labels[*left].cmp(&labels[*right]))
                });
                let mut rank = vec![0; labels.len()];
                order.iter().enumerate().for_each(|(place, group)| rank[*group] = place);
                let labels = order.iter().map(|group| labels[*group].clone()).collect();
                let of_row = of_row.into_iter().map(|group| group.map(|group| rank[group])).collect();
                Groups { labels, places: Vec::new(), of_row, gathered: None, counted: true }
            }
            _ => Groups { labels, places: Vec::new(), of_row, gathered: None, counted: false },
        }
    }

    /// The same groups of other rows.
    pub(super) fn with_rows(&self, of_row: Vec<Option<usize>>) -> Groups {
        Groups { of_row, ..self.clone() }
    }

    /// Numbers of which there are more than `most` put together in ranges with round ends, days in stretches of the
    /// calendar; none where there is nothing to put together.
    pub(super) fn in_ranges(&self, column: &Column, most: usize) -> Option<Groups> {
        let (first, last) = (*self.places.first()?, *self.places.last()?);
        if self.places.len() <= most {
            return None;
        }
        let (labels, places, gathered): (Vec<String>, Vec<f64>, _) = match &column.values {
            Values::Days(_) => {
                let span = Span::for_stretch(first, last, most);
                let mut starts: Vec<f64> = self.places.iter().map(|day| span.start(span.number(*day))).collect();
                starts.dedup();
                // Of many years several stand together.
                let ranges = || starts.chunks(starts.len().div_ceil(most));
                let label = |range: &[f64]| match range {
                    [one] => span.label(*one),
                    several => format!("{} to {}", span.label(several[0]), span.label(several[several.len() - 1])),
                };
                (ranges().map(label).collect(), ranges().map(|range| range[0]).collect(), Some(span))
            }
            _ => {
                // The few that lie far out do not stretch the ranges of all others.
                let (low, high) = (quantile(&self.places, 0.02), quantile(&self.places, 0.98));
                let mut ends = ticks(low, high, most - 3, column.whole);
                ends.retain(|end| *end > low && *end < high);
                ends.truncate(most - 1);
                let labels = range_labels(&ends, column)?;
                (labels, std::iter::once(first).chain(ends).collect(), None)
            }
        };
        let range = |group: usize| places.partition_point(|start| *start <= self.places[group]).saturating_sub(1);
        let of_row = self.of_row.iter().map(|group| group.map(range)).collect();
        Some(Groups { labels, places, of_row, gathered, counted: false })
    }

    /// The number of distinct values.
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether they have an order of their own.
    pub(super) fn ordered(&self) -> bool {
        self.counted || !self.places.is_empty()
    }
}

/// The names of the ranges that end, and begin, at these; none without any.
fn range_labels(ends: &[f64], column: &Column) -> Option<Vec<String>> {
    let (first, last) = (ends.first()?, ends.last()?);
    // Years and codes have no separators, amounts do.
    let exact = column.whole && last.abs().max(first.abs()) < 10_000.0;
    let (plain, grouped) = (Exact::of(ends, column), Format::of_ticks(column.measure, ends));
    let write = |value: f64| if exact { plain.write(value) } else { grouped.write(value) };
    let between = ends.windows(2).map(|ends| match column.whole {
        true if ends[1] - ends[0] <= 1.0 => write(ends[0]),
        true => format!("{} to {}", write(ends[0]), write(ends[1] - 1.0)),
        false => format!("{} to {}", write(ends[0]), write(ends[1])),
    });
    let (below, above) = (format!("below {}", write(*first)), format!("{} and more", write(*last)));
    Some(std::iter::once(below).chain(between).chain(std::iter::once(above)).collect())
}

/// The number with which a word begins.
fn leading_number(word: &str) -> Option<f64> {
    let digits: String = word.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    digits.trim_end_matches('.').parse().ok()
}

/// More colours than these cannot be told apart.
pub(super) const MOST_COLOURS: usize = 8;

/// Rows told apart by colour: the largest groups, and all others as one. So what is computed for each of them never grows
/// with the number of groups in the data.
pub(super) struct Split {
    pub(super) names: Vec<String>,
    /// The number of each among all groups, which chooses its colour; none: what is gathered of the smallest.
    pub(super) numbers: Vec<Option<usize>>,
    /// The group of each row, counted in `names`.
    pub(super) of_row: Vec<Option<usize>>,
    /// Whether they have an order of their own.
    pub(super) ordered: bool,
    /// What is told of it.
    pub(super) told: Option<String>,
}

impl Split {
    /// All rows as one group without a name.
    pub(super) fn none(rows: usize) -> Split {
        Split {
            names: vec![String::new()],
            numbers: vec![Some(0)],
            of_row: vec![Some(0); rows],
            ordered: false,
            told: None,
        }
    }

    /// The groups by the sums of their values, the largest first, unless they keep an order: their own, or that of all
    /// panels of a small multiple.
    pub(super) fn of(groups: &Groups, values: &[Option<f64>], keeps_order: bool, words: &str) -> Split {
        let mut sizes = vec![0.0; groups.len()];
        for (group, value) in groups.of_row.iter().zip(values) {
            if let (Some(group), Some(value)) = (group, value) {
                sizes[*group] += value.abs();
            }
        }
        let ordered = groups.ordered();
        let mut order: Vec<usize> = (0..groups.len()).collect();
        if !ordered && !keeps_order {
            order.sort_by(|left, right| f64::total_cmp(&sizes[*right], &sizes[*left]).then(left.cmp(right)));
        }
        let beyond = if order.len() > MOST_COLOURS { order.len() - (MOST_COLOURS - 1) } else { 0 };
        let named = order.len() - beyond;
        let mut rank = vec![named; groups.len()];
        order.iter().take(named).enumerate().for_each(|(place, group)| rank[*group] = place);
        let mut names: Vec<String> =
            order.iter().take(named).map(|group| text::clean(&groups.labels[*group])).collect();
        let mut numbers: Vec<Option<usize>> = (0..named).map(Some).collect();
        let told = (beyond > 0).then(|| {
            names.push(format!("other ({} more)", count(beyond)));
            numbers.push(None);
            let which = if ordered || keeps_order { "first" } else { "largest" };
            format!("the {which} {named} of {} {words} named", count(order.len()))
        });
        let of_row = groups.of_row.iter().map(|group| group.map(|group| rank[group])).collect();
        Split { names, numbers, of_row, ordered, told }
    }
}

/// Numbers as names of categories: written out in full.
struct Exact(Option<Format>);

impl Exact {
    fn of(places: &[f64], column: &Column) -> Exact {
        // Shares and money are written as such; years, periods and codes must not get separators.
        let measured = column.measure != super::format::Measure::Number;
        Exact(measured.then(|| Format::of_ticks(column.measure, places)))
    }

    fn write(&self, place: f64) -> String {
        match &self.0 {
            Some(format) => format.write(place),
            None if place != 0.0 && !(1e-6..1e15).contains(&place.abs()) => format!("{place:e}").replace('-', "−"),
            None => ((place * 1e6).round() / 1e6).to_string().replace('-', "−"),
        }
    }
}

/// The distinct drawable values, sorted, and the place of each row's among them.
fn distinct(values: &[Option<f64>]) -> (Vec<f64>, Vec<Option<usize>>) {
    // Adding zero turns −0 into 0: they are one value.
    let values: Vec<Option<f64>> =
        values.iter().map(|value| value.filter(|value| is_drawable(*value)).map(|value| value + 0.0)).collect();
    let mut places: Vec<f64> = values.iter().flatten().copied().collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let find = |value: f64| places.binary_search_by(|place| place.total_cmp(&value)).ok();
    let of_row = values.iter().map(|value| value.and_then(find)).collect();
    (places, of_row)
}

/// How the values of several rows of one place become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gather {
    Sum,
    /// Shares do not add up.
    Mean,
}

/// One value for each place, and what was found on the way.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    /// None where no row has a value.
    pub(super) values: Vec<Option<f64>>,
    /// Whether a place got its value from several rows.
    pub(super) several: bool,
    /// Rows without a value or without a place.
    pub(super) without: usize,
}

/// Gathers the values of rows by their places.
pub(super) fn gather(count: usize, rows: impl Iterator<Item = (Option<usize>, Option<f64>)>, how: Gather) -> Gathered {
    let mut sums = vec![(0.0_f64, 0_usize); count];
    let mut gathered = Gathered::default();
    for (place, value) in rows {
        match (place.and_then(|place| sums.get_mut(place)), value) {
            (Some(sum), Some(value)) => {
                gathered.several |= sum.1 > 0;
                *sum = (sum.0 + value, sum.1 + 1);
            }
            _ => gathered.without += 1,
        }
    }
    let one = |(sum, rows): (f64, usize)| match how {
        _ if rows == 0 || !is_drawable(sum) => None,
        Gather::Sum => Some(sum),
        Gather::Mean => Some(sum / rows as f64),
    };
    gathered.values = sums.into_iter().map(one).collect();
    gathered
}
