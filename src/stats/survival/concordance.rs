//! How well a score orders rows by the time of their event.

use super::sorting::{by_duration, ordered_bits, sort_by_key};
use crate::watch::Watch;

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

/// Weights by place, with sums over prefixes that can be added to (Fenwick's tree).
struct Prefixes {
    tree: Vec<f64>,
    at: Vec<f64>,
    all: f64,
}

impl Prefixes {
    fn new(places: usize) -> Self {
        Self { tree: vec![0.0; places], at: vec![0.0; places], all: 0.0 }
    }

    fn add(&mut self, member: &Member) {
        self.at[member.place] += member.weight;
        self.all += member.weight;
        let mut at = member.place + 1;
        while at <= self.tree.len() {
            self.tree[at - 1] += member.weight;
            at += at & at.wrapping_neg();
        }
    }

    /// The weight before a place, at it and after it.
    fn about(&self, place: usize) -> (f64, f64, f64) {
        let (mut at, mut below) = (place, 0.0);
        while at > 0 {
            below += self.tree[at - 1];
            at &= at - 1;
        }
        (below, self.at[place], self.all - below - self.at[place])
    }
}

/// What one row adds to the three counts of comparable pairs, as the partner of all others.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    concordant: f64,
    discordant: f64,
    tied: f64,
}

impl Share {
    fn add(&mut self, weight: f64, other: Share) {
        self.concordant += weight * other.concordant;
        self.discordant += weight * other.discordant;
        self.tied += weight * other.tied;
    }
}

/// Compares every pair in which it is certain who had the event first: i before j if the event of i was seen and j was
/// followed longer, or as long without an event. Pairs are taken within strata. None where no pair can be
/// compared, or where the work was stopped.
///
/// Ties are counted as R's `survival::concordance` counts them. Time n log n.
///
/// Source: Harrell, Lee and Mark (1996), Statistics in Medicine 15, 361–387; Therneau and Watson (2015), The
/// concordance statistic and the Cox model, Mayo Clinic technical report 85.
pub fn concordance(rows: &Scored<'_>, watch: &dyn Watch) -> Option<Concordance> {
    let n = rows.durations.len();
    let weight = |row: usize| rows.weights.map_or(1.0, |weights| weights[row]);
    let stratum = |row: usize| rows.strata.map_or(0, |strata| strata[row]);
    let (order, places) =
        rayon::join(|| by_duration(0..n, rows.durations, rows.strata, watch), || places(rows.scores, watch));
    let (order, (places, mut different)) = (order.ok()?, places?);

    let mut shares = vec![Share::default(); n];
    let mut tied_time = 0.0;
    let mut totals = Share::default();
    for group in order.chunk_by(|&left, &right| stratum(left) == stratum(right)) {
        let mut local: Vec<u32> = group.iter().map(|&row| places[row]).collect();
        if group.len() < n {
            different = renumber(&mut local);
        }
        let members: Vec<Member> = (group.iter().zip(&local))
            .map(|(&row, &place)| Member { place: place as usize, event: rows.events[row], weight: weight(row) })
            .collect();
        let instants = instants(group, rows.durations);
        let ((of_events, tied), of_all) =
            rayon::join(|| with_later(&members, &instants, different), || with_earlier(&members, &instants, different));
        tied_time += tied;
        for (((&row, member), event), earlier) in group.iter().zip(&members).zip(of_events).zip(of_all) {
            totals.add(member.weight, event);
            shares[row] = event;
            shares[row].add(1.0, earlier);
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

/// The place of each score among the different scores, and the number of different scores. None where the work was
/// stopped.
fn places(scores: &[f64], watch: &dyn Watch) -> Option<(Vec<u32>, usize)> {
    let mut sorted: Vec<(u64, u32)> = scores.iter().zip(0..).map(|(score, row)| (ordered_bits(*score), row)).collect();
    sort_by_key(&mut sorted, |entry| entry.0, watch).ok()?;
    let mut places = vec![0; scores.len()];
    let mut different = 0;
    for run in sorted.chunk_by(|left, right| left.0 == right.0) {
        run.iter().for_each(|entry| places[entry.1 as usize] = different);
        different += 1;
    }
    Some((places, different as usize))
}

/// Numbers places without gaps, so that many small strata cost no more than one large one; answers how many differ.
fn renumber(places: &mut [u32]) -> usize {
    let mut known = places.to_vec();
    known.sort_unstable();
    known.dedup();
    for place in places {
        *place = known.partition_point(|other| other < place) as u32;
    }
    known.len()
}

/// A row of a stratum: the place of its score, whether it has the event, and its weight.
struct Member {
    place: usize,
    event: bool,
    weight: f64,
}

/// From the end: what each event adds as the partner of those who are followed longer; and the pairs of events at the
/// same time.
fn with_later(members: &[Member], instants: &[(usize, usize)], different: usize) -> (Vec<Share>, f64) {
    let mut shares = vec![Share::default(); members.len()];
    let mut followed = Prefixes::new(different);
    let mut tied_time = 0.0;
    for &(start, end) in instants.iter().rev() {
        let at = &members[start..end];
        at.iter().filter(|member| !member.event).for_each(|member| followed.add(member));
        let mut here = 0.0;
        for (share, member) in shares[start..end].iter_mut().zip(at).filter(|(_, member)| member.event) {
            let (below, tied, above) = followed.about(member.place);
            *share = Share { concordant: below, discordant: above, tied };
            tied_time += member.weight * here;
            here += member.weight;
        }
        at.iter().filter(|member| member.event).for_each(|member| followed.add(member));
    }
    (shares, tied_time)
}

/// From the beginning: what each row adds as the partner of the events before it.
fn with_earlier(members: &[Member], instants: &[(usize, usize)], different: usize) -> Vec<Share> {
    let mut shares = vec![Share::default(); members.len()];
    let mut gone = Prefixes::new(different);
    for &(start, end) in instants {
        let at = &members[start..end];
        // An event comes before a row that is censored at the same time, not before another event.
        for after in [false, true] {
            for (share, member) in shares[start..end].iter_mut().zip(at).filter(|(_, member)| member.event != after) {
                let (below, tied, above) = gone.about(member.place);
                *share = Share { concordant: above, discordant: below, tied };
            }
            if !after {
                at.iter().filter(|member| member.event).for_each(|member| gone.add(member));
            }
        }
    }
    shares
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
    use crate::Unwatched;

    fn unweighted<'a>(durations: &'a [f64], events: &'a [bool], scores: &'a [f64]) -> Scored<'a> {
        Scored { durations, events, scores, weights: None, strata: None, clusters: None }
    }

    #[test]
    fn many_ties_as_counted_pair_by_pair() {
        let durations = [1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 5.0, 2.0];
        let events = [true, false, true, false, true, false, true, true, false, true];
        let scores = [5.0, 5.0, 4.0, 4.0, 3.0, 3.0, 7.0, 6.0, 5.0, 4.0];
        let found = concordance(&unweighted(&durations, &events, &scores), &Unwatched).unwrap();
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
        let found = concordance(&unweighted(&durations, &events, &scores), &Unwatched).unwrap();
        let mut sum = 0.0;
        for row in 0..6 {
            let at = |step: f64| {
                let mut weights = [1.0; 6];
                weights[row] += step;
                let rows = Scored { weights: Some(&weights), ..unweighted(&durations, &events, &scores) };
                concordance(&rows, &Unwatched).unwrap().value
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
        assert_eq!(concordance(&rows, &Unwatched).unwrap().concordant, 2.0);
        assert_eq!(concordance(&unweighted(&durations, &[false; 4], &scores), &Unwatched), None);
        assert_eq!(concordance(&unweighted(&[1.0, 1.0], &[true, true], &[1.0, 2.0]), &Unwatched), None);
    }
}
