//! Scores of recency, frequency and spending, and the segments that they name.

use std::collections::BTreeMap;

use regulars_plugin::{Date, Failure, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rfm_segments::SegmentMap;
use crate::stats::{average_ranks, quantile_sorted};
use crate::table::CustomerSummary;

/// How the groups of a score are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// At the quantiles of the values.
    #[default]
    Quantile,
    /// By the rank of the values.
    Rank,
    /// At the limits given as `cuts`.
    Fixed,
}

/// The measures that are scored, in the order of the score.
const MEASURES: [&str; 3] = ["recency", "frequency", "monetary"];

/// How customers are scored and which segments that makes, after the options were looked at.
pub(super) struct Scoring<'a> {
    bins: u8,
    cut: Cut,
    cuts: Option<&'a BTreeMap<String, Vec<f64>>>,
    map: SegmentMap,
}

/// The scores of customers, in the order in which they came.
pub(super) struct Scored {
    pub(super) r: Vec<u8>,
    pub(super) f: Vec<u8>,
    pub(super) m: Vec<u8>,
    /// The place of each customer's segment among all segments.
    pub(super) segments: Vec<usize>,
    limits: [Limits; 3],
}

/// Upper limits of all groups of a measure but the last; for ranks the least and the greatest value.
type Limits = Vec<f64>;

impl Scored {
    /// The limits of the groups, such as `recency 30 | 90; frequency 1 | 3; monetary 20 | 100`.
    pub(super) fn limits_in_words(&self) -> String {
        let words = |limits: &Limits| limits.iter().map(|limit| short(*limit)).collect::<Vec<_>>().join(" | ");
        let each = MEASURES.iter().zip(&self.limits);
        each.map(|(measure, limits)| format!("{measure} {}", words(limits))).collect::<Vec<_>>().join("; ")
    }
}

impl<'a> Scoring<'a> {
    /// Looks at the options: limits that rise and are complete, segments without gaps and overlaps.
    pub(super) fn new(
        bins: u32,
        cut: Cut,
        cuts: Option<&'a BTreeMap<String, Vec<f64>>>,
        segments: Option<&[BTreeMap<String, Value>]>,
    ) -> Result<Scoring<'a>> {
        check_cuts(bins, cut, cuts)?;
        let bins = bins as u8;
        let map =
            segments.map_or_else(|| Ok(SegmentMap::custom_of_the_trade(bins)), |own| SegmentMap::own(own, bins))?;
        Ok(Scoring { bins, cut, cuts, map })
    }

    /// The names of all segments.
    pub(super) fn segments(&self) -> &[String] {
        self.map.names()
    }

    /// Scores customers as of a day, at the limits of earlier scores where these are given.
    pub(super) fn score(&self, summary: &CustomerSummary, until: Date, earlier: Option<&Scored>) -> Scored {
        let last_day = until.to_epoch_days();
        let recency: Vec<f64> = summary.last.iter().map(|last| f64::from(last_day - last)).collect();
        let frequency: Vec<f64> = summary.orders.iter().map(|orders| *orders as f64).collect();
        let limits = |place: usize| earlier.map(|scored| &scored.limits[place]);
        let (longest_ago, recency_limits) = self.of(MEASURES[0], &recency, limits(0));
        let (f, frequency_limits) = self.of(MEASURES[1], &frequency, limits(1));
        let (m, monetary_limits) = self.of(MEASURES[2], &summary.amount, limits(2));
        // The longest ago score lowest: the scores of recency are turned round.
        let r: Vec<u8> = longest_ago.iter().map(|score| self.bins + 1 - score).collect();
        let segments = r.iter().zip(&f).zip(&m).map(|((r, f), m)| self.map.place(*r, *f, *m)).collect();
        Scored { r, f, m, segments, limits: [recency_limits, frequency_limits, monetary_limits] }
    }

    fn of(&self, measure: &str, values: &[f64], earlier: Option<&Limits>) -> (Vec<u8>, Limits) {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let bins = usize::from(self.bins);
        if self.cut == Cut::Rank {
            let n = values.len() as f64;
            let ranks = average_ranks(values).into_iter();
            let of = ranks.map(|rank| 1 + (bins as f64 * (rank - 0.5) / n).floor() as u8).collect();
            return (of, sorted.first().into_iter().chain(sorted.last()).copied().collect());
        }
        let limits: Limits = match (earlier, self.cuts) {
            (Some(earlier), _) => earlier.clone(),
            (None, Some(cuts)) => cuts.get(measure).cloned().unwrap_or_default(),
            (None, None) => {
                (1..bins).filter_map(|group| quantile_sorted(&sorted, group as f64 / bins as f64)).collect()
            }
        };
        let of = values.iter().map(|value| 1 + limits.partition_point(|limit| limit < value) as u8).collect();
        (of, limits)
    }

    /// The cut rule in words.
    pub(super) fn rule(&self) -> String {
        match self.cut {
            Cut::Quantile => format!("at the {} quantiles (type 7, equal values share a score)", self.bins),
            Cut::Rank => format!("by mean rank into {} groups (equal values share a score)", self.bins),
            Cut::Fixed => "at the given limits".to_owned(),
        }
    }

    /// The three scores one after the other.
    pub(super) fn written(&self, r: u8, f: u8, m: u8) -> String {
        if self.bins <= 9 { format!("{r}{f}{m}") } else { format!("{r}-{f}-{m}") }
    }
}

fn check_cuts(bins: u32, cut: Cut, cuts: Option<&BTreeMap<String, Vec<f64>>>) -> Result<()> {
    let example = "write `cuts: #{recency: [30, 60, 90, 180], frequency: [1, 2, 4, 8], monetary: [20, 50, 100, 300]}`";
    let Some(cuts) = cuts.filter(|_| cut == Cut::Fixed) else {
        return match cut {
            Cut::Fixed => Err(Failure::new("`cut: \"fixed\"` needs the limits as `cuts`").help(example)),
            _ if cuts.is_some() => {
                Err(Failure::new("`cuts` are given, but not used").help("say `cut: \"fixed\"` as well"))
            }
            _ => Ok(()),
        };
    };
    if let Some(unknown) = cuts.keys().find(|name| !MEASURES.contains(&name.as_str())) {
        return Err(Failure::new(format!("`cuts` knows no measure `{unknown}`")).near(unknown, MEASURES));
    }
    for measure in MEASURES {
        let wanted = bins as usize - 1;
        let limits =
            cuts.get(measure).ok_or_else(|| Failure::new(format!("`cuts` lacks `{measure}`")).help(example))?;
        if limits.len() != wanted {
            return Err(Failure::new(format!(
                "`cuts` has {} limits for `{measure}`, but {} groups need {wanted}",
                limits.len(),
                bins
            ))
            .help("the limits are the upper ends of all groups but the last; `bins` says how many groups there are"));
        }
        if !limits.is_sorted_by(|left, right| left < right) {
            return Err(Failure::new(format!("the limits of `{measure}` in `cuts` do not rise"))
                .help("write them from the least to the greatest: `[30, 60, 90, 180]`"));
        }
    }
    Ok(())
}

/// A limit in few digits.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_score_under_both_rules() {
        let values = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 8.0, 8.0];
        for cut in [Cut::Quantile, Cut::Rank] {
            let (scores, _) = Scoring::new(5, cut, None, None).unwrap().of("frequency", &values, None);
            assert!(scores[..6].iter().all(|score| *score == scores[0]) && scores[8] == scores[9], "{scores:?}");
            assert!(scores.is_sorted(), "{scores:?}");
        }
    }

    #[test]
    fn a_value_at_a_given_limit_belongs_to_the_group_below() {
        let limits = |limits: &[f64]| limits.to_vec();
        let cuts = BTreeMap::from(MEASURES.map(|measure| (measure.to_owned(), limits(&[10.0, 20.0]))));
        let scoring = Scoring::new(3, Cut::Fixed, Some(&cuts), None).unwrap();
        let (scores, told) = scoring.of("monetary", &[-5.0, 10.0, 10.5, 20.0, 21.0], None);
        assert_eq!((scores.as_slice(), told), ([1, 1, 2, 2, 3].as_slice(), limits(&[10.0, 20.0])));
        // At the limits of earlier scores, whatever these values' own quantiles are.
        let scoring = Scoring::new(3, Cut::Quantile, None, None).unwrap();
        assert_eq!(scoring.of("monetary", &[1.0, 2.0, 30.0], Some(&limits(&[10.0, 20.0]))).0, [1, 1, 3]);
    }
}
