//! Counting side by side: batches of rows go to every share, each counts the groups that are its own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use polars::prelude::*;

use super::different::Different;
use super::groups::{BLOCK, Block, Groups};
use super::keys::{KeyKind, KeyRows, whole_column};
use super::measures::{Gathered, Lines, Measure, Measured, Reading, Rows, Values};

/// What is to be counted: of a frame with the keys first, then the values.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Kind and type of each key.
    pub(super) keys: Vec<(KeyKind, DataType)>,
    /// As what each column of values is read.
    pub(super) values: Vec<Reading>,
    pub(super) measures: Vec<Measured>,
}

impl Job {
    /// Numbers stand for the values of a key.
    pub(super) fn number(&mut self, key: usize) {
        self.keys[key] = (KeyKind::Whole, DataType::UInt32);
    }
}

/// Keys of more words are left to Polars.
pub(super) const MOST_WORDS: usize = 4;
/// Every share looks at every row: beyond this many the looking is what takes the time.
const MOST_SHARES: usize = 4;
/// Batches that wait for a share.
const WAITING: usize = 1;

/// A batch as plain columns.
struct Batch {
    keys: Vec<KeyRows>,
    values: Vec<Values>,
    height: usize,
    /// Rows before it.
    before: u64,
}

/// One share while it is counted.
struct Share<const WORDS: usize> {
    job: Arc<Job>,
    /// Which one, and of how many.
    number: u64,
    of: u64,
    groups: Groups<WORDS>,
    block: Block<WORDS>,
    /// Where in a line each measure begins.
    places: Vec<usize>,
    /// Which measure is the number of rows, where it is needed.
    rows: usize,
    /// The values of each measure that needs all of them at once.
    gathered: Vec<Gathered>,
    /// The different values of each measure that counts them.
    different: Vec<Different>,
    /// How many values each group lacks in each column; nothing as long as none does.
    lacking: Vec<Vec<u32>>,
}

/// A counted share, whatever the length of its keys.
trait Counted: Send {
    fn first(&self) -> &[u64];
    fn whole(&self, group: usize, key: usize) -> Option<i64>;
    fn text<'a>(&'a self, group: usize, key: usize, own: &'a mut [u8; 12]) -> Option<&'a str>;
    /// A word of a measure.
    fn word(&self, group: usize, measure: usize, word: usize) -> u64;
    /// How many values a group has in a column, if it is counted how many rows it has.
    fn values(&self, group: usize, column: usize) -> u64;
    fn median(&self, group: usize, measure: usize) -> Option<f64>;
    /// How many values of a group differ, a missing one among them.
    fn different(&self, group: usize, measure: usize, column: usize) -> u64;
}

struct Done<const WORDS: usize> {
    share: Share<WORDS>,
    medians: Vec<Vec<Option<f64>>>,
    different: Vec<Vec<u32>>,
}

impl<const WORDS: usize> Share<WORDS> {
    fn new(job: &Arc<Job>, number: u64, of: u64) -> Share<WORDS> {
        let mut fresh = Vec::new();
        let mut places = Vec::new();
        for measured in &job.measures {
            places.push(WORDS + fresh.len());
            fresh.extend(measured.fresh());
        }
        let kinds = job.keys.iter().map(|(kind, _)| *kind).collect();
        Share {
            groups: Groups::new(kinds, fresh),
            block: Block::new(),
            places,
            rows: job.measures.iter().position(Measured::is_rows).unwrap_or_default(),
            gathered: job.measures.iter().map(|_| Gathered::default()).collect(),
            different: job.measures.iter().map(|_| Different::default()).collect(),
            lacking: job.values.iter().map(|_| Vec::new()).collect(),
            job: Arc::clone(job),
            number,
            of,
        }
    }

    fn add(&mut self, batch: &Batch) {
        for from in (0..batch.height).step_by(BLOCK) {
            let count = BLOCK.min(batch.height - from);
            self.block.take(&batch.keys, from, count, self.number, self.of);
            self.groups.find(&mut self.block, &batch.keys, batch.before);
            let rows = |validity| Rows { rows: &self.block.rows, groups: &self.block.groups, validity };
            for (values, lacking) in batch.values.iter().zip(&mut self.lacking) {
                let Some(validity) = &values.validity else { continue };
                lacking.resize(self.groups.len(), 0);
                for (row, group) in self.block.rows.iter().zip(&self.block.groups) {
                    lacking[*group as usize] += u32::from(!validity.get_bit(*row as usize));
                }
            }
            for (number, measured) in self.job.measures.iter().enumerate() {
                let values = batch.values.get(measured.values);
                let rows = rows(values.and_then(|values| values.validity.as_ref()));
                match (measured.measure, values) {
                    (Measure::Median, Some(values)) => {
                        self.gathered[number].add(&rows, values);
                        continue;
                    }
                    (Measure::Different, Some(values)) => {
                        self.different[number].add(&rows, values, from, self.groups.len());
                        continue;
                    }
                    _ => {}
                }
                let stride = self.groups.stride;
                let mut lines = Lines { words: &mut self.groups.lines, stride, at: self.places[number] };
                lines.add(measured, &rows, values);
            }
        }
    }

    fn done(mut self) -> Done<WORDS> {
        let groups = self.groups.len();
        let gathered = std::mem::take(&mut self.gathered);
        let medians = gathered.into_iter().map(|gathered| gathered.medians(groups)).collect();
        let different = std::mem::take(&mut self.different).into_iter().map(Different::counts).collect();
        Done { share: self, medians, different }
    }

    /// How many values a group lacks in a column.
    fn lacks(&self, group: usize, column: usize) -> u32 {
        self.lacking.get(column).and_then(|lacking| lacking.get(group)).copied().unwrap_or(0)
    }

    /// Where the words of a key begin.
    fn at(&self, key: usize) -> usize {
        self.job.keys[..key].iter().map(|(kind, _)| kind.words()).sum()
    }
}

impl<const WORDS: usize> Counted for Done<WORDS> {
    fn first(&self) -> &[u64] {
        &self.share.groups.first
    }

    fn whole(&self, group: usize, key: usize) -> Option<i64> {
        self.share.groups.whole(group, key, self.share.at(key))
    }

    fn text<'a>(&'a self, group: usize, key: usize, own: &'a mut [u8; 12]) -> Option<&'a str> {
        self.share.groups.text(group, key, self.share.at(key), own)
    }

    fn word(&self, group: usize, measure: usize, word: usize) -> u64 {
        self.share.groups.figures(group)[self.share.places[measure] - WORDS + word]
    }

    fn values(&self, group: usize, column: usize) -> u64 {
        self.word(group, self.share.rows, 0) - u64::from(self.share.lacks(group, column))
    }

    fn median(&self, group: usize, measure: usize) -> Option<f64> {
        self.medians[measure][group]
    }

    fn different(&self, group: usize, measure: usize, column: usize) -> u64 {
        let there = self.different[measure].get(group).copied().unwrap_or(0);
        u64::from(there) + u64::from(self.share.lacks(group, column) > 0)
    }
}

/// Where a share takes its batches, and the thread that counts it.
type Worker = (SyncSender<Arc<Batch>>, JoinHandle<Box<dyn Counted>>);

/// A job at work.
pub(super) struct Counting {
    job: Arc<Job>,
    shares: Vec<Worker>,
    rows: u64,
}

fn at_work<const WORDS: usize>(
    job: Arc<Job>,
    number: u64,
    of: u64,
    arrives: &Receiver<Arc<Batch>>,
) -> Box<dyn Counted> {
    let mut share = Share::<WORDS>::new(&job, number, of);
    while let Ok(batch) = arrives.recv() {
        share.add(&batch);
    }
    Box::new(share.done())
}

impl Counting {
    pub(super) fn new(mut job: Job) -> Counting {
        // Where values are counted, the rows are as well: behind what was asked for, unless they were asked for.
        let rows = Measured { measure: Measure::Rows, values: 0, reading: Reading::Presence, kind: IDX_DTYPE };
        if job.measures.iter().any(Measured::counts) && !job.measures.iter().any(Measured::is_rows) {
            job.measures.push(rows);
        }
        let words: usize = job.keys.iter().map(|(kind, _)| kind.words()).sum();
        let job = Arc::new(job);
        let of = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_SHARES) as u64;
        let shares = (0..of).map(|number| {
            let (send, arrives) = sync_channel(WAITING);
            let job = Arc::clone(&job);
            let work = move || match words {
                1 => at_work::<1>(job, number, of, &arrives),
                2 => at_work::<2>(job, number, of, &arrives),
                3 => at_work::<3>(job, number, of, &arrives),
                _ => at_work::<MOST_WORDS>(job, number, of, &arrives),
            };
            (send, std::thread::spawn(work))
        });
        Counting { shares: shares.collect(), job, rows: 0 }
    }

    pub(super) fn add(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        let columns = batch.columns();
        let (keys, values) = columns.split_at(self.job.keys.len());
        let batch = Arc::new(Batch {
            keys: keys.iter().map(KeyRows::of).collect::<PolarsResult<_>>()?,
            values: values
                .iter()
                .zip(&self.job.values)
                .map(|(column, reading)| Values::of(column, *reading))
                .collect::<PolarsResult<_>>()?,
            height: batch.height(),
            before: self.rows,
        });
        self.rows += batch.height as u64;
        for (send, _) in &self.shares {
            send.send(Arc::clone(&batch)).map_err(|_| broke_off())?;
        }
        Ok(())
    }

    /// One row per group, in order of first appearance: the keys, then the measures under their numbers.
    pub(super) fn finish(self, names: &[PlSmallStr]) -> PolarsResult<DataFrame> {
        let mut shares = Vec::new();
        let (senders, threads): (Vec<_>, Vec<_>) = self.shares.into_iter().unzip();
        drop(senders);
        for thread in threads {
            shares.push(thread.join().map_err(|_| broke_off())?);
        }
        let mut order: Vec<(u64, u32, u32)> = Vec::new();
        for (number, share) in shares.iter().enumerate() {
            let first = share.first().iter().enumerate();
            order.extend(first.map(|(group, first)| (*first, number as u32, group as u32)));
        }
        // They are sorted within each share, of which this sort makes use.
        order.sort();
        let answer = Answer { shares, order };
        let mut columns = Vec::new();
        for (key, (kind, dtype)) in self.job.keys.iter().enumerate() {
            columns.push(answer.key(&names[key], key, *kind, dtype)?);
        }
        for (number, (measured, name)) in self.job.measures.iter().zip(&names[self.job.keys.len()..]).enumerate() {
            columns.push(answer.measure(name, number, measured)?);
        }
        DataFrame::new(answer.order.len(), columns)
    }
}

fn broke_off() -> PolarsError {
    PolarsError::ComputeError("counting broke off".into())
}

/// The counted shares, and their groups in order of first appearance.
struct Answer {
    shares: Vec<Box<dyn Counted>>,
    order: Vec<(u64, u32, u32)>,
}

impl Answer {
    fn each<T>(&self, value: impl Fn(&dyn Counted, usize) -> T) -> Vec<T> {
        self.order.iter().map(|(_, share, group)| value(&*self.shares[*share as usize], *group as usize)).collect()
    }

    fn key(&self, name: &PlSmallStr, key: usize, kind: KeyKind, dtype: &DataType) -> PolarsResult<Column> {
        if kind == KeyKind::Whole {
            return whole_column(name, self.each(|share, group| share.whole(group, key)), dtype);
        }
        let mut texts = StringChunkedBuilder::new(name.clone(), self.order.len());
        let mut own = [0; 12];
        for (_, share, group) in &self.order {
            texts.append_option(self.shares[*share as usize].text(*group as usize, key, &mut own));
        }
        Ok(texts.finish().into_column())
    }

    fn measure(&self, name: &PlSmallStr, number: usize, measured: &Measured) -> PolarsResult<Column> {
        let column = measured.values;
        let word = |share: &dyn Counted, group| share.word(group, number, 0);
        let kind = &measured.kind;
        let made = match measured.measure {
            Measure::Rows => Column::new(name.clone(), self.each(word)),
            Measure::Count => Column::new(name.clone(), self.each(|share, group| share.values(group, column))),
            Measure::Sum if measured.reading == Reading::Float => {
                Column::new(name.clone(), self.each(|share, group| f64::from_bits(word(share, group))))
            }
            // Sums wrap around at the end of their type.
            Measure::Sum if *kind == DataType::Int32 => {
                Column::new(name.clone(), self.each(|share, group| word(share, group) as i32))
            }
            Measure::Sum if *kind == DataType::UInt32 => {
                Column::new(name.clone(), self.each(|share, group| word(share, group) as u32))
            }
            Measure::Sum | Measure::Min | Measure::Max if *kind == DataType::UInt64 => {
                let some = |share: &dyn Counted, group| {
                    (measured.measure == Measure::Sum || share.values(group, column) > 0).then(|| word(share, group))
                };
                Column::new(name.clone(), self.each(some))
            }
            Measure::Sum => {
                return whole_column(name, self.each(|share, group| Some(word(share, group) as i64)), kind);
            }
            Measure::Mean => {
                let mean = |share: &dyn Counted, group| {
                    let values = share.values(group, column);
                    (values > 0).then(|| f64::from_bits(word(share, group)) / values as f64)
                };
                Column::new(name.clone(), self.each(mean))
            }
            Measure::Min | Measure::Max if measured.reading == Reading::Float => {
                let some = |share: &dyn Counted, group| {
                    (share.values(group, column) > 0).then(|| f64::from_bits(word(share, group)))
                };
                Column::new(name.clone(), self.each(some))
            }
            Measure::Min | Measure::Max => {
                let some =
                    |share: &dyn Counted, group| (share.values(group, column) > 0).then(|| word(share, group) as i64);
                return whole_column(name, self.each(some), kind);
            }
            Measure::Variance { less, root } => {
                let variance = |share: &dyn Counted, group| {
                    let values = share.word(group, number, 0);
                    let squares = f64::from_bits(share.word(group, number, 2));
                    let variance = squares / values.saturating_sub(u64::from(less)) as f64;
                    (values > u64::from(less)).then(|| if root { variance.sqrt() } else { variance })
                };
                Column::new(name.clone(), self.each(variance))
            }
            Measure::Different => {
                Column::new(name.clone(), self.each(|share, group| share.different(group, number, column)))
            }
            Measure::Median => Column::new(name.clone(), self.each(|share, group| share.median(group, number))),
        };
        made.cast(kind)
    }
}
