//! Different values of groups, counted exactly: every pair of a group and a value is kept once, in 18 to 36 bytes.

use polars_arrow::bitmap::Bitmap;

use super::groups::{Block, Groups};
use super::keys::{KeyKind, KeyRows, mixed};
use super::measures::{Numbers, Rows, Values};

/// Among how many drawers the pairs are shared out by their hash: so many that one of them stays in the processor's cache.
const DRAWERS: usize = 256;
/// Places of a drawer at first; a power of two.
const FEW_PLACES: usize = 256;
/// Pairs that wait at most: fresh memory costs more than a table that is at hand a little less often.
const MOST_WAITING: usize = 1024;

/// A group and a value as a word, in halves so that no memory is lost to alignment.
type Pair = [u32; 3];

/// Stands for no pair: no group has this number.
const EMPTY: Pair = [u32::MAX; 3];

/// The pairs of a column of values.
#[derive(Default)]
pub(super) struct Different {
    /// Empty as long as there are no values.
    drawers: Vec<Drawer>,
    /// How many different values each group has.
    counts: Vec<u32>,
    texts: Option<Box<Texts>>,
}

/// The texts of a column, each known by its number.
struct Texts {
    table: Groups<2>,
    block: Block<2>,
}

/// Some of the pairs.
#[derive(Default)]
struct Drawer {
    /// Pairs that have come since the table was last at hand: looking each up at once would fetch its place from memory
    /// every time.
    waiting: Vec<Pair>,
    /// A table of pairs, found by their hash.
    places: Vec<Pair>,
    taken: usize,
}

impl Different {
    /// Adds rows of a block, which begins at row `from` of the batch.
    pub(super) fn add(&mut self, rows: &Rows<'_>, values: &Values, from: usize, groups: usize) {
        self.counts.resize(groups, 0);
        if self.drawers.is_empty() {
            self.drawers.resize_with(DRAWERS, Drawer::default);
        }
        match &values.numbers {
            Numbers::Whole(values) => self.gather(rows, values.values(), |value| value as u64),
            Numbers::Unsigned(values) => self.gather(rows, values.values(), |value| value),
            Numbers::Float(values) => self.gather(rows, values.values(), canonical),
            Numbers::Text(column) => {
                let texts = self.texts.get_or_insert_with(|| {
                    Box::new(Texts { table: Groups::new(vec![KeyKind::Text], Vec::new()), block: Block::new() })
                });
                texts.number(column, rows, from);
                let numbered = rows.rows.iter().zip(rows.groups).zip(&texts.block.groups);
                let there = numbered.filter(|((row, _), _)| is_there(rows.validity, **row));
                put(
                    &mut self.drawers,
                    &mut self.counts,
                    there.map(|((_, group), number)| pair(*group, (*number).into())),
                );
            }
            Numbers::Presence => {}
        }
    }

    fn gather<T: Copy>(&mut self, rows: &Rows<'_>, values: &[T], word: impl Fn(T) -> u64) {
        let there = rows.rows.iter().zip(rows.groups).filter(|(row, _)| is_there(rows.validity, **row));
        put(&mut self.drawers, &mut self.counts, there.map(|(row, group)| pair(*group, word(values[*row as usize]))));
    }

    /// How many different values each group has, the missing ones aside.
    pub(super) fn counts(mut self) -> Vec<u32> {
        for drawer in &mut self.drawers {
            drawer.sort_in(&mut self.counts);
        }
        self.counts
    }
}

fn put(drawers: &mut [Drawer], counts: &mut [u32], pairs: impl Iterator<Item = Pair>) {
    for pair in pairs {
        // The upper bits of a hash say in which drawer a pair lies, the lower ones where in it.
        let drawer = &mut drawers[(hash(pair) >> 32) as usize % DRAWERS];
        drawer.waiting.push(pair);
        if drawer.waiting.len() >= (drawer.places.len() / 2).clamp(FEW_PLACES / 2, MOST_WAITING) {
            drawer.sort_in(counts);
        }
    }
}

fn is_there(validity: Option<&Bitmap>, row: u32) -> bool {
    validity.is_none_or(|validity| validity.get_bit(row as usize))
}

/// A number as a word: equal ones are the same word, nought of either sign and whatever is not a number among them.
fn canonical(value: f64) -> u64 {
    match value {
        _ if value.is_nan() => f64::NAN.to_bits(),
        _ if value == 0.0 => 0,
        _ => value.to_bits(),
    }
}

fn pair(group: u32, word: u64) -> Pair {
    [group, word as u32, (word >> 32) as u32]
}

fn hash([group, low, high]: Pair) -> u64 {
    mixed(&[u64::from(group), u64::from(low) | u64::from(high) << 32], 0)
}

impl Drawer {
    /// Puts the pairs that wait into the table, and counts those that were not there yet.
    fn sort_in(&mut self, counts: &mut [u32]) {
        if self.waiting.is_empty() {
            return;
        }
        if self.places.is_empty() {
            self.places = vec![EMPTY; FEW_PLACES];
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for pair in waiting.drain(..) {
            counts[pair[0] as usize] += u32::from(self.insert(pair));
        }
        self.waiting = waiting;
    }

    /// Tells whether the pair was not there yet.
    fn insert(&mut self, pair: Pair) -> bool {
        let place = place_of(&self.places, pair);
        if self.places[place] == pair {
            return false;
        }
        self.places[place] = pair;
        self.taken += 1;
        // A third of the places stays free.
        if self.taken * 3 > self.places.len() * 2 {
            let larger = vec![EMPTY; self.places.len() * 2];
            for pair in std::mem::replace(&mut self.places, larger).into_iter().filter(|pair| *pair != EMPTY) {
                let place = place_of(&self.places, pair);
                self.places[place] = pair;
            }
        }
        true
    }
}

/// The place of a pair, or the free one where it would be.
fn place_of(places: &[Pair], pair: Pair) -> usize {
    let last = places.len() - 1;
    let mut place = hash(pair) as usize & last;
    while places[place] != EMPTY && places[place] != pair {
        place = (place + 1) & last;
    }
    place
}

impl Texts {
    /// The numbers of the rows' texts become the groups of the block.
    fn number(&mut self, column: &KeyRows, rows: &Rows<'_>, from: usize) {
        let columns = std::slice::from_ref(column);
        self.block.pick(columns, from, rows.rows);
        self.table.find(&mut self.block, columns, 0);
    }
}
