//! How well a score orders rows by the time of their event.

/// Harrell's C and the pairs behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// The share of comparable pairs in which the row with the higher score has the event first; a tied score counts a half.
    pub value: f64,
    /// Its standard error, by the infinitesimal jackknife.
    pub standard_error: f64,
    /// Pairs in which the higher score has the event first.
    pub concordant: f64,
    /// Pairs in which it has it later.
    pub discordant: f64,
    /// Comparable pairs with equal scores.
    pub tied_score: f64,
    /// Pairs of events at the same time, which are not compared.
    pub tied_time: f64,
}

/// What is compared: durations, event marks and scores, and where there are any, weights, groups within which alone
/// rows are compared, and clusters of rows that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Scored<'a> {
    /// How long each row was followed.
    pub durations: &'a [f64],
    /// Whether the event was seen.
    pub events: &'a [bool],
    /// Scores; a higher one foretells an earlier event.
    pub scores: &'a [f64],
    /// Weight of each row, 1 where left out.
    pub weights: Option<&'a [f64]>,
    /// Stratum of each row.
    pub strata: Option<&'a [u32]>,
    /// Cluster of each row, numbered from 0; the standard error counts a cluster as one.
    pub clusters: Option<&'a [u32]>,
}

/// Sums over prefixes that can be added to (Fenwick's tree).
struct Prefixes(Vec<f64>);

impl Prefixes {
    fn add(&mut self, place: usize, value: f64) {
        let mut at = place + 1;
        while at <= self.0.len() {
            self.0[at - 1] += value;
            at += at & at.wrapping_neg();
        }
    }

    /// The sum over the places before `place`.
    fn before(&self, place: usize) -> f64 {
        let (mut at, mut sum) = (place, 0.0);
        while at > 0 {
            sum += self.0[at - 1];
            at &= at - 1;
        }
        sum
    }
}

/// What one row adds to the three counts of comparable pairs, as the partner of all others.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    concordant: f64,
    discordant: f64,
    tied: f64,
}

/// Compares every pair in which it is certain who had the event first: i before j if the event of i was seen and j was
/// followed longer, or as long without an event. Pairs are taken within strata. None where no pair can be compared.
///
/// Ties are counted as R's `survival::concordance` counts them. Time n log n.
///
/// Source: Harrell, Lee and Mark (1996), Statistics in Medicine 15, 361–387; Therneau and Watson (2015), The
/// concordance statistic and the Cox model, Mayo Clinic technical report 85.
pub fn concordance(rows: &Scored<'_>) -> Option<Concordance> {
    let n = rows.durations.len();
    let weight = |row: usize| rows.weights.map_or(1.0, |weights| weights[row]);
    let stratum = |row: usize| rows.strata.map_or(0, |strata| strata[row]);

    let mut sorted: Vec<f64> = rows.scores.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup_by(|left, right| left == right);
    let place: Vec<u32> =
        rows.scores.iter().map(|score| sorted.partition_point(|known| known < score) as u32).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|&left, &right| {
        (stratum(left).cmp(&stratum(right)))
            .then(rows.durations[left].total_cmp(&rows.durations[right]))
            .then(left.cmp(&right))
    });

    let mut shares = vec![Share::default(); n];
    let mut tied_time = 0.0;
    let mut totals = Share::default();
    for group in order.chunk_by(|&left, &right| stratum(left) == stratum(right)) {
        // The scores of the stratum, numbered without gaps, so that many small strata cost no more than one large one.
        let mut places: Vec<u32> = group.iter().map(|&row| place[row]).collect();
        places.sort_unstable();
        places.dedup();
        let local: Vec<usize> = group.iter().map(|&row| places.partition_point(|&known| known < place[row])).collect();
        let instants: Vec<(usize, usize)> = instants(group, rows.durations);

        // From the end: an event is compared with those still followed.
        let mut followed = Prefixes(vec![0.0; places.len()]);
        let mut all = 0.0;
        for &(start, end) in instants.iter().rev() {
            let at = start..end;
            for member in at.clone().filter(|&member| !rows.events[group[member]]) {
                followed.add(local[member], weight(group[member]));
                all += weight(group[member]);
            }
            let mut here = 0.0;
            for member in at.clone().filter(|&member| rows.events[group[member]]) {
                let row = group[member];
                let below = followed.before(local[member]);
                let up_to = followed.before(local[member] + 1);
                let share = Share { concordant: below, discordant: all - up_to, tied: up_to - below };
                totals.concordant += weight(row) * share.concordant;
                totals.discordant += weight(row) * share.discordant;
                totals.tied += weight(row) * share.tied;
                shares[row] = share;
                tied_time += weight(row) * here;
                here += weight(row);
            }
            for member in at.filter(|&member| rows.events[group[member]]) {
                followed.add(local[member], weight(group[member]));
                all += weight(group[member]);
            }
        }

        // From the beginning: everybody is compared with the events before.
        let mut gone = Prefixes(vec![0.0; places.len()]);
        let mut all = 0.0;
        for &(start, end) in &instants {
            for after in [false, true] {
                for member in (start..end).filter(|&member| rows.events[group[member]] != after) {
                    let below = gone.before(local[member]);
                    let up_to = gone.before(local[member] + 1);
                    let share = &mut shares[group[member]];
                    share.concordant += all - up_to;
                    share.discordant += below;
                    share.tied += up_to - below;
                }
                if !after {
                    for member in (start..end).filter(|&member| rows.events[group[member]]) {
                        gone.add(local[member], weight(group[member]));
                        all += weight(group[member]);
                    }
                }
            }
        }
    }

    let pairs = totals.concordant + totals.discordant + totals.tied;
    if pairs <= 0.0 {
        return None;
    }
    let value = (totals.concordant + totals.tied / 2.0) / pairs;
    let influence = |row: usize| {
        let share = shares[row];
        let pairs_of_row = share.concordant + share.discordant + share.tied;
        weight(row) * (share.concordant + share.tied / 2.0 - value * pairs_of_row) / pairs
    };
    let variance: f64 = match rows.clusters {
        None => (0..n).map(|row| influence(row).powi(2)).sum(),
        Some(clusters) => {
            let mut sums = vec![0.0; clusters.iter().max().map_or(0, |&last| last as usize + 1)];
            for row in 0..n {
                sums[clusters[row] as usize] += influence(row);
            }
            sums.iter().map(|sum| sum * sum).sum()
        }
    };
    Some(Concordance {
        value,
        standard_error: variance.sqrt(),
        concordant: totals.concordant,
        discordant: totals.discordant,
        tied_score: totals.tied,
        tied_time,
    })
}

/// The runs of equal durations in rows ordered by duration.
fn instants(group: &[usize], durations: &[f64]) -> Vec<(usize, usize)> {
    let mut instants = Vec::new();
    let mut start = 0;
    for run in group.chunk_by(|&left, &right| durations[left] == durations[right]) {
        instants.push((start, start + run.len()));
        start += run.len();
    }
    instants
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unweighted<'a>(durations: &'a [f64], events: &'a [bool], scores: &'a [f64]) -> Scored<'a> {
        Scored { durations, events, scores, weights: None, strata: None, clusters: None }
    }

    #[test]
    fn many_ties_as_counted_pair_by_pair() {
        let durations = [1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 5.0, 2.0];
        let events = [true, false, true, false, true, false, true, true, false, true];
        let scores = [5.0, 5.0, 4.0, 4.0, 3.0, 3.0, 7.0, 6.0, 5.0, 4.0];
        let found = concordance(&unweighted(&durations, &events, &scores)).unwrap();
        let (mut concordant, mut discordant, mut tied, mut both) = (0.0, 0.0, 0.0, 0.0);
        for i in (0..10).filter(|&i| events[i]) {
            for j in (0..10).filter(|&j| j != i) {
                if durations[j] > durations[i] || (durations[j] == durations[i] && !events[j]) {
                    match scores[i].total_cmp(&scores[j]) {
                        std::cmp::Ordering::Greater => concordant += 1.0,
                        std::cmp::Ordering::Less => discordant += 1.0,
                        std::cmp::Ordering::Equal => tied += 1.0,
                    }
                } else if durations[j] == durations[i] {
                    both += 0.5;
                }
            }
        }
        assert_eq!(
            (found.concordant, found.discordant, found.tied_score, found.tied_time),
            (concordant, discordant, tied, both)
        );
    }

    #[test]
    fn the_error_is_that_of_the_jackknife_of_each_row() {
        // The derivative of C by the weight of a row, by differences of a weighted C: the definition of the
        // infinitesimal jackknife. Central differences of 1e-5 leave an error near 1e-10.
        let durations = [5.0, 3.0, 8.0, 3.0, 9.0, 1.0];
        let events = [true, true, false, false, true, true];
        let scores = [0.3, 0.9, 0.2, 0.9, 0.6, 0.1];
        let found = concordance(&unweighted(&durations, &events, &scores)).unwrap();
        let mut sum = 0.0;
        for row in 0..6 {
            let at = |step: f64| {
                let mut weights = [1.0; 6];
                weights[row] += step;
                let rows = Scored { weights: Some(&weights), ..unweighted(&durations, &events, &scores) };
                concordance(&rows).unwrap().value
            };
            sum += ((at(1e-5) - at(-1e-5)) / 2e-5).powi(2);
        }
        assert!((found.standard_error - sum.sqrt()).abs() < 1e-9, "{found:?} {}", sum.sqrt());
    }

    #[test]
    fn strata_are_not_compared_and_no_pair_is_no_value() {
        let durations = [1.0, 2.0, 3.0, 4.0];
        let events = [true; 4];
        let scores = [2.0, 1.0, 4.0, 3.0];
        let rows = Scored { strata: Some(&[0, 0, 1, 1]), ..unweighted(&durations, &events, &scores) };
        assert_eq!(concordance(&rows).unwrap().concordant, 2.0);
        assert_eq!(concordance(&unweighted(&durations, &[false; 4], &scores)), None);
        assert_eq!(concordance(&unweighted(&[1.0, 1.0], &[true, true], &[1.0, 2.0])), None);
    }
}
