//! Which segment a customer's scores name: the ten of the trade, or a map of one's own without gaps and overlaps.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use serde_json::Value;

/// The segments of the trade, in the order in which the manual lists them.
const TRADE: [&str; 10] = [
    "champions",
    "loyal",
    "potential loyal",
    "new",
    "promising",
    "need attention",
    "about to sleep",
    "cannot lose",
    "at risk",
    "hibernating",
];

/// Segments by scores.
pub(super) struct SegmentMap {
    names: Vec<String>,
    kind: Kind,
}

enum Kind {
    /// By levels from 1 to 5, over which so many groups are spread.
    Trade(u8),
    /// By ranges of scores; the place of each rule's segment among the names.
    Own(Vec<(Rule, usize)>),
}

/// Scores from the first to the last, of recency, frequency and spending.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    segment: String,
    ranges: [(u8, u8); 3],
}

impl Rule {
    fn holds(&self, scores: [u8; 3]) -> bool {
        self.ranges.iter().zip(scores).all(|((first, last), score)| (*first..=*last).contains(&score))
    }
}

const MEASURES: [&str; 3] = ["r", "f", "m"];
const EXAMPLE: &str = "write `segments: [#{segment: \"best\", r: \"4-5\", f: \"3-5\"}, #{segment: \"rest of the recent\", r: \"4-5\", f: \"1-2\"}, …]`";

impl SegmentMap {
    /// The ten of the trade.
    pub(super) fn custom_of_the_trade(bins: u8) -> SegmentMap {
        SegmentMap { names: TRADE.map(str::to_owned).to_vec(), kind: Kind::Trade(bins) }
    }

    /// A map of one's own. Several rules may name one segment.
    pub(super) fn own(given: &[BTreeMap<String, Value>], bins: u8) -> Result<SegmentMap> {
        let rules: Vec<Rule> = given.iter().map(|one| rule(one, bins)).collect::<Result<_>>()?;
        check(&rules, bins)?;
        let mut names: Vec<String> = Vec::new();
        let rules = rules.into_iter().map(|rule| {
            let place = names.iter().position(|name| *name == rule.segment).unwrap_or_else(|| {
                names.push(rule.segment.clone());
                names.len() - 1
            });
            (rule, place)
        });
        let rules = rules.collect();
        Ok(SegmentMap { names, kind: Kind::Own(rules) })
    }

    /// The names of all segments.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of the segment that three scores name.
    pub(super) fn place(&self, r: u8, f: u8, m: u8) -> usize {
        match &self.kind {
            Kind::Trade(bins) => of_the_trade(level(r, *bins), level(f, *bins)),
            // Every score is in one: that was checked.
            Kind::Own(rules) => rules.iter().find(|(rule, _)| rule.holds([r, f, m])).map_or(0, |(_, place)| *place),
        }
    }
}

/// A score on the five levels of the trade: the lowest to 1, the highest to 5.
fn level(score: u8, bins: u8) -> u8 {
    1 + (4.0 * f64::from(score - 1) / f64::from(bins - 1)).round() as u8
}

/// The segment of a customer by recency and frequency level, each from 1 to 5: every pair has exactly one.
fn of_the_trade(recency: u8, frequency: u8) -> usize {
    match (recency, frequency) {
        (5, 4 | 5) => 0,
        (3 | 4, 4 | 5) => 1,
        (4 | 5, 2 | 3) => 2,
        (5, _) => 3,
        (4, _) => 4,
        (3, 3) => 5,
        (3, _) => 6,
        (_, 5) => 7,
        (_, 3 | 4) => 8,
        (_, _) => 9,
    }
}

fn rule(given: &BTreeMap<String, Value>, bins: u8) -> Result<Rule> {
    if let Some(unknown) = given.keys().find(|key| *key != "segment" && !MEASURES.contains(&key.as_str())) {
        let known = ["segment"].into_iter().chain(MEASURES);
        return Err(Failure::new(format!("`segments` knows no `{unknown}`")).near(unknown, known).help(EXAMPLE));
    }
    let segment = given.get("segment").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    let segment = segment.ok_or_else(|| Failure::new("an entry of `segments` has no name").help(EXAMPLE))?.to_owned();
    let mut ranges = [(1, bins); 3];
    for (range, measure) in ranges.iter_mut().zip(MEASURES) {
        let Some(value) = given.get(measure) else { continue };
        *range = scores(value, bins).ok_or_else(|| {
            Failure::new(format!(
                "`{measure}` of segment `{segment}` is {value}, but scores from 1 to {bins} are wanted"
            ))
            .help("write one score, `r: 5`, or the first and the last of several, `r: \"3-5\"`")
        })?;
    }
    Ok(Rule { segment, ranges })
}

/// One score, or the first and the last of several.
fn scores(value: &Value, bins: u8) -> Option<(u8, u8)> {
    let (first, last) = match value {
        Value::String(text) => {
            let mut ends = text.split(['-', '–']).map(|end| end.trim().parse::<u8>().ok());
            let first = ends.next()??;
            let last = ends.next().unwrap_or(Some(first))?;
            if ends.next().is_some() {
                return None;
            }
            (first, last)
        }
        one => {
            let number = one.as_f64().filter(|number| number.fract() == 0.0 && (1.0..=100.0).contains(number))?;
            (number as u8, number as u8)
        }
    };
    (1 <= first && first <= last && last <= bins).then_some((first, last))
}

/// Every score must be in exactly one segment.
fn check(rules: &[Rule], bins: u8) -> Result<()> {
    if rules.is_empty() {
        return Err(Failure::new("`segments` is empty").help(EXAMPLE));
    }
    let tells_m = rules.iter().any(|rule| rule.ranges[2] != (1, bins));
    let written = |[r, f, m]: [u8; 3]| if tells_m { format!("r {r}, f {f}, m {m}") } else { format!("r {r}, f {f}") };
    let mut gaps = Vec::new();
    for r in 1..=bins {
        for f in 1..=bins {
            for m in 1..=if tells_m { bins } else { 1 } {
                let mut holding = rules.iter().filter(|rule| rule.holds([r, f, m]));
                let Some(first) = holding.next() else {
                    gaps.push([r, f, m]);
                    continue;
                };
                if let Some(second) = holding.find(|rule| rule.segment != first.segment) {
                    return Err(Failure::new(format!(
                        "the segments `{}` and `{}` overlap: both hold the scores {}",
                        first.segment,
                        second.segment,
                        written([r, f, m])
                    ))
                    .help("narrow one of them: a customer belongs to one segment"));
                }
            }
        }
    }
    let Some(first) = gaps.first() else { return Ok(()) };
    let others = if gaps.len() > 1 { format!(" and {} others", gaps.len() - 1) } else { String::new() };
    Err(Failure::new(format!("no segment holds the scores {}{others}", written(*first)))
        .help("widen a segment, or add one: every customer must belong somewhere"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use regulars_plugin::Function;
    use serde_json::json;

    use super::super::Rfm;
    use super::*;

    fn own(given: Value, bins: u8) -> Result<SegmentMap> {
        SegmentMap::own(&serde_json::from_value::<Vec<_>>(given).unwrap(), bins)
    }

    #[test]
    fn every_pair_of_levels_has_the_segment_of_the_manual() {
        // The table of the manual, read as ranges: each pair must lie in exactly one row, and it must be the one answered.
        let manual = Rfm::manual();
        let rows: Vec<(String, Vec<u8>, Vec<u8>)> = manual
            .description
            .lines()
            .filter(|line| line.starts_with("| ") && !line.contains("---") && !line.contains("recency score"))
            .map(|line| {
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                let range = |text: &str| -> Vec<u8> {
                    let ends: Vec<u8> = text.split('–').filter_map(|end| end.parse().ok()).collect();
                    (ends[0]..=ends[ends.len() - 1]).collect()
                };
                (cells[0].to_owned(), range(cells[1]), range(cells[2]))
            })
            .collect();
        assert_eq!(rows.len(), 10);
        for r in 1..=5 {
            for f in 1..=5 {
                let holding: Vec<&str> = rows
                    .iter()
                    .filter(|row| row.1.contains(&r) && row.2.contains(&f))
                    .map(|row| row.0.as_str())
                    .collect();
                assert_eq!(holding, [TRADE[of_the_trade(r, f)]], "r {r}, f {f}");
            }
        }
    }

    #[test]
    fn levels_reach_from_one_to_five() {
        for bins in 2..=100 {
            assert_eq!((level(1, bins), level(bins, bins)), (1, 5));
        }
    }

    #[test]
    fn a_map_of_ones_own_is_complete_or_refused() {
        let map = own(
            json!([{"segment": "top", "r": "4-5", "f": "4-5"}, {"segment": "rest", "r": "1-3"}, {"segment": "rest", "r": "4-5", "f": "1–3"}]),
            5,
        );
        let map = map.unwrap();
        assert_eq!(map.names(), ["top", "rest"]);
        let name = |r, f| map.names()[map.place(r, f, 1)].as_str();
        assert_eq!((name(5, 4), name(4, 3), name(3, 5)), ("top", "rest", "rest"));
        let told = |given: Value| own(given, 3).err().unwrap().to_string();
        let gap = told(json!([{"segment": "a", "r": 3}, {"segment": "b", "r": 2, "f": "1-2"}]));
        assert!(gap.contains("no segment holds the scores r 1, f 1 and 3 others"), "{gap}");
        let overlap = told(json!([{"segment": "a", "r": "2-3"}, {"segment": "b", "r": "1-2"}]));
        assert!(overlap.contains("`a` and `b` overlap: both hold the scores r 2, f 1"), "{overlap}");
        let with_m = told(json!([{"segment": "a", "m": 3}, {"segment": "b", "m": 2}]));
        assert!(with_m.contains("r 1, f 1, m 1 and 8 others"), "{with_m}");
        for wrong in [json!("0-2"), json!("3-1"), json!("1-4"), json!("x"), json!(2.5), json!("1-2-3"), json!(-1)] {
            assert!(told(json!([{"segment": "a", "r": wrong}])).contains("scores from 1 to 3"), "{wrong}");
        }
    }
}
