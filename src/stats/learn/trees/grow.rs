//! One tree, grown level by level from histograms of slopes and curvatures.

use rayon::prelude::*;

use super::TreeOptions;
use super::bins::{Binned, MISSING};

/// A node of a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// What a row that ends here adds to the log odds.
    Leaf(f64),
    /// Rows whose value lies below the cut go to `left`, others to `right`.
    Split { column: usize, cut: f64, missing_left: bool, left: usize, right: usize },
}

/// Slope, curvature and rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    slope: f64,
    bend: f64,
    rows: u32,
}

impl Sums {
    fn plus(self, other: Sums) -> Sums {
        Sums { slope: self.slope + other.slope, bend: self.bend + other.bend, rows: self.rows + other.rows }
    }

    fn minus(self, other: Sums) -> Sums {
        Sums { slope: self.slope - other.slope, bend: self.bend - other.bend, rows: self.rows - other.rows }
    }

    /// What the best leaf value takes off the loss, twice.
    fn score(self, ridge: f64) -> f64 {
        if self.rows == 0 { 0.0 } else { self.slope * self.slope / (self.bend + ridge) }
    }
}

/// One histogram of 256 bins for each column.
type Histograms = Vec<Vec<Sums>>;

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    column: usize,
    bin: u8,
    missing_left: bool,
}

/// A node that may still be split: its place in the tree, its rows, and their sums.
struct Open {
    place: usize,
    start: usize,
    end: usize,
    sums: Sums,
    histograms: Histograms,
}

/// Slopes and curvatures of all rows; the tree is grown on `rows` of them. Returns the nodes, the root first.
pub(super) fn grow(
    columns: &[Binned],
    slopes: &[f64],
    bends: &[f64],
    mut rows: Vec<u32>,
    options: &TreeOptions,
) -> Vec<Node> {
    let mut nodes = vec![Node::Leaf(0.0)];
    let sums = total(&rows, slopes, bends);
    let histograms = count(columns, slopes, bends, &rows);
    let mut level = vec![Open { place: 0, start: 0, end: rows.len(), sums, histograms }];
    for depth in 0..=options.depth {
        let mut next = Vec::new();
        for open in level {
            nodes[open.place] = Node::Leaf(leaf(open.sums, options));
            if depth == options.depth {
                continue;
            }
            let Some(split) = best_split(&open, columns, options) else { continue };
            let binned = &columns[split.column];
            let goes_left = |row: u32| {
                let bin = binned.bins[row as usize];
                if bin == MISSING { split.missing_left } else { bin <= split.bin }
            };
            let middle = open.start + part(&mut rows[open.start..open.end], goes_left);
            let (left, right) = (nodes.len(), nodes.len() + 1);
            nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
            nodes[open.place] = Node::Split {
                column: split.column,
                cut: binned.cuts[usize::from(split.bin)],
                missing_left: split.missing_left,
                left,
                right,
            };
            let ends = [(left, open.start, middle), (right, middle, open.end)];
            if depth + 1 == options.depth {
                for (place, start, end) in ends {
                    nodes[place] = Node::Leaf(leaf(total(&rows[start..end], slopes, bends), options));
                }
                continue;
            }
            // Only the smaller side is counted; the other is what is left of both.
            let smaller = usize::from(middle - open.start > open.end - middle);
            let (_, start, end) = ends[smaller];
            let counted = count(columns, slopes, bends, &rows[start..end]);
            let rest: Histograms = open
                .histograms
                .iter()
                .zip(&counted)
                .map(|(both, one)| both.iter().zip(one).map(|(both, one)| both.minus(*one)).collect())
                .collect();
            let sides = if smaller == 0 { [counted, rest] } else { [rest, counted] };
            for ((place, start, end), histograms) in ends.into_iter().zip(sides) {
                let sums = total(&rows[start..end], slopes, bends);
                next.push(Open { place, start, end, sums, histograms });
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    nodes
}

fn leaf(sums: Sums, options: &TreeOptions) -> f64 {
    let bend = sums.bend + options.ridge;
    if bend > 0.0 { -options.rate * sums.slope / bend } else { 0.0 }
}

fn total(rows: &[u32], slopes: &[f64], bends: &[f64]) -> Sums {
    rows.iter().fold(Sums::default(), |sums, &row| {
        sums.plus(Sums { slope: slopes[row as usize], bend: bends[row as usize], rows: 1 })
    })
}

/// Each column is counted by one thread in the order of the rows, so that the sums do not depend on the threads.
fn count(columns: &[Binned], slopes: &[f64], bends: &[f64], rows: &[u32]) -> Histograms {
    let pairs: Vec<(f64, f64)> = rows.iter().map(|&row| (slopes[row as usize], bends[row as usize])).collect();
    let one = |binned: &Binned| {
        let mut sums = vec![Sums::default(); 256];
        for (&row, &(slope, bend)) in rows.iter().zip(&pairs) {
            let bin = &mut sums[usize::from(binned.bins[row as usize])];
            bin.slope += slope;
            bin.bend += bend;
            bin.rows += 1;
        }
        sums
    };
    if rows.len() < 512 { columns.iter().map(one).collect() } else { columns.par_iter().map(one).collect() }
}

/// The split that takes most off the loss; the first column and the lowest cut where several take the same.
fn best_split(open: &Open, columns: &[Binned], options: &TreeOptions) -> Option<Split> {
    let mut best: Option<Split> = None;
    let whole = open.sums.score(options.ridge);
    let fits = |sums: Sums| sums.bend >= options.least_weight && sums.rows as usize >= options.least_rows;
    for (column, binned) in columns.iter().enumerate() {
        let histogram = &open.histograms[column];
        let missing = histogram[usize::from(MISSING)];
        let mut below = Sums::default();
        // The last bin has no cut; bins beyond it are empty.
        for (bin, sums) in histogram.iter().enumerate().take(binned.cuts.len()) {
            below = below.plus(*sums);
            if sums.rows == 0 {
                continue;
            }
            for missing_left in [false, true] {
                if missing_left && missing.rows == 0 {
                    continue;
                }
                let left = if missing_left { below.plus(missing) } else { below };
                let right = open.sums.minus(left);
                if !fits(left) || !fits(right) {
                    continue;
                }
                let gain = left.score(options.ridge) + right.score(options.ridge) - whole;
                // Rounding of the sums gives gains of some 1e-12 where there is none.
                if gain > 1e-9 && best.is_none_or(|best| gain > best.gain) {
                    // Missing values that this node has not seen go with most of the rows.
                    let missing_left = if missing.rows == 0 { left.rows >= right.rows } else { missing_left };
                    best = Some(Split { gain, column, bin: bin as u8, missing_left });
                }
            }
        }
    }
    best.filter(|best| best.gain / 2.0 > options.least_gain)
}

/// Puts the rows that go left before the others, each in their order, and says how many there are.
fn part(rows: &mut [u32], goes_left: impl Fn(u32) -> bool) -> usize {
    let mut others = Vec::with_capacity(rows.len());
    let mut left = 0;
    for index in 0..rows.len() {
        let row = rows[index];
        if goes_left(row) {
            rows[left] = row;
            left += 1;
        } else {
            others.push(row);
        }
    }
    rows[left..].copy_from_slice(&others);
    left
}
