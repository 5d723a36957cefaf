//! Blocking: which pairs of rows are compared at all. A rule compares the rows that share a key; a pair that several
//! rules find is compared once.

use rayon::prelude::*;

use super::LinkageError;
use super::column::{Column, Kind, MISSING, More};
use super::records::{Pair, Records};
use crate::Watch;

/// What of a value makes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The first characters.
    Beginning(usize),
    /// The year of a date.
    Year,
    /// Day and month of a date.
    DayAndMonth,
    /// What stands before the @.
    Local,
    /// The last digits of a phone number.
    LastDigits,
}

/// Rows that agree in all of these parts of columns are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Columns with the part of each that makes the key.
    pub parts: Vec<(usize, Part)>,
}

/// A rule with its size.
#[derive(Debug, Clone)]
pub struct Sized {
    /// The rule.
    pub rule: Rule,
    /// How many pairs it finds, those of other rules among them.
    pub pairs: f64,
    /// The block with the most pairs: one of its rows, and how many rows it has.
    pub worst: Option<(u32, usize)>,
}

const NO_KEY: u64 = u64::MAX;

/// The number of the key of each row in one part of a column, and how many keys there are.
fn numbers(column: &Column, part: Part) -> (Vec<u32>, u64) {
    if part == Part::Whole {
        return (column.codes.clone(), column.distinct() as u64);
    }
    let mut known = std::collections::HashMap::new();
    let of_value: Vec<u32> = (0..column.distinct() as u32)
        .map(|code| {
            let value = column.value(code);
            let key: Option<Vec<char>> = match (part, &column.more) {
                (Part::Beginning(many), _) => value.get(..many.min(value.len())).map(<[char]>::to_vec),
                (Part::LastDigits, _) => value.len().checked_sub(7).map(|from| value[from..].to_vec()),
                (Part::Year, More::Days(days)) => days[code as usize].map(|day| day.year.to_string().chars().collect()),
                (Part::DayAndMonth, More::Days(days)) => {
                    days[code as usize].map(|day| format!("{} {}", day.day, day.month).chars().collect())
                }
                (Part::Local, More::Local(local)) => Some(value[..local[code as usize] as usize].to_vec()),
                _ => Some(value.to_vec()),
            };
            let next = known.len() as u32;
            key.map_or(MISSING, |key| *known.entry(key).or_insert(next))
        })
        .collect();
    let of_row = |code: &u32| if *code == MISSING { MISSING } else { of_value[*code as usize] };
    (column.codes.iter().map(of_row).collect(), known.len() as u64)
}

/// The key of each row under a rule. Keys of many parts may meet by chance, which compares a few pairs more.
fn keys(records: &Records, rule: &Rule) -> Vec<u64> {
    let mut keys = vec![0_u64; records.rows()];
    for (column, part) in &rule.parts {
        let (numbers, many) = numbers(&records.columns[*column], *part);
        keys.par_iter_mut().zip(&numbers).for_each(|(key, number)| {
            if *number == MISSING {
                *key = NO_KEY;
            } else if *key != NO_KEY {
                *key = key.wrapping_mul(many).wrapping_add(u64::from(*number));
            }
        });
    }
    keys
}

/// The rows with a key in the order of their keys, then their own.
fn sorted(keys: &[u64]) -> Vec<(u64, u32)> {
    let mut rows: Vec<(u64, u32)> =
        keys.iter().enumerate().filter(|(_, key)| **key != NO_KEY).map(|(row, key)| (*key, row as u32)).collect();
    rows.par_sort_unstable();
    rows
}

/// How many pairs a block has.
fn pairs_of(records: &Records, block: &[(u64, u32)]) -> f64 {
    let pairs = |count: usize| count as f64 * (count as f64 - 1.0) / 2.0;
    let Some(of) = &records.sources else { return pairs(block.len()) };
    let mut sources: Vec<u32> = block.iter().map(|(_, row)| of[*row as usize]).collect();
    sources.sort_unstable();
    pairs(block.len()) - sources.chunk_by(|one, two| one == two).map(|same| pairs(same.len())).sum::<f64>()
}

impl Rule {
    /// The rule with the number of its pairs.
    pub fn sized(self, records: &Records) -> Sized {
        let rows = sorted(&keys(records, &self));
        let mut found = Sized { rule: self, pairs: 0.0, worst: None };
        let mut most = 0.0;
        for block in rows.chunk_by(|one, two| one.0 == two.0).filter(|block| block.len() > 1) {
            let pairs = pairs_of(records, block);
            found.pairs += pairs;
            if pairs > most {
                most = pairs;
                found.worst = Some((block[0].1, block.len()));
            }
        }
        found
    }
}

/// The parts of a column by which rows are found, the most telling first.
fn parts(kind: Kind) -> &'static [Part] {
    match kind {
        Kind::Date => &[Part::Whole, Part::DayAndMonth, Part::Year],
        Kind::Email => &[Part::Whole, Part::Local],
        Kind::Phone => &[Part::LastDigits],
        Kind::Given | Kind::Family => &[Part::Whole, Part::Beginning(3)],
        Kind::Name => &[Part::Whole, Part::Beginning(5)],
        Kind::Text | Kind::Code => &[Part::Whole],
    }
}

/// Rules that are chosen and those that are too large, each with its size.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Rules to compare by.
    pub rules: Vec<Sized>,
    /// Rules that find too many pairs.
    pub too_large: Vec<Sized>,
}

/// Chooses rules: every part of a column that alone finds at most `each` pairs, and every two parts of two columns that
/// do so together, those with the fewest pairs first, until there are `total` pairs.
pub fn choose(records: &Records, each: f64, total: f64, watch: &dyn Watch) -> Result<Chosen, LinkageError> {
    let atoms: Vec<(usize, Part)> = records
        .columns
        .iter()
        .enumerate()
        .flat_map(|(place, column)| parts(column.kind).iter().map(move |part| (place, *part)))
        .collect();
    let mut chosen = Chosen::default();
    let mut single = Vec::new();
    for atom in &atoms {
        stop(watch)?;
        let sized = Rule { parts: vec![*atom] }.sized(records);
        if sized.pairs <= each { chosen.rules.push(sized) } else { single.push((*atom, sized)) }
    }
    for (place, (one, _)) in single.iter().enumerate() {
        for (two, _) in single[place + 1..].iter().filter(|(two, _)| two.0 != one.0) {
            stop(watch)?;
            let sized = Rule { parts: vec![*one, *two] }.sized(records);
            if sized.pairs <= each { chosen.rules.push(sized) } else { chosen.too_large.push(sized) }
        }
    }
    chosen.rules.retain(|sized| sized.pairs > 0.0);
    chosen.rules.sort_by(|one, two| one.pairs.total_cmp(&two.pairs));
    let mut sum = 0.0;
    let kept = chosen.rules.iter().take_while(|sized| {
        sum += sized.pairs;
        sum <= total
    });
    let kept = kept.count();
    let over = chosen.rules.split_off(kept);
    chosen.too_large.extend(over);
    chosen.too_large.extend(single.into_iter().map(|(_, sized)| sized));
    Ok(chosen)
}

/// Pairs that are compared in one go.
const AT_ONCE: f64 = 20_000.0;

/// Compares the pairs that the rules find, each once, in the order of the rules, their blocks and their rows.
pub fn compare(records: &Records, rules: &[Rule], watch: &dyn Watch) -> Result<Vec<Pair>, LinkageError> {
    let width = rules.len();
    // The keys of one row lie beside each other, because they are looked at together.
    let mut of_row = vec![NO_KEY; records.rows() * width];
    for (place, rule) in rules.iter().enumerate() {
        stop(watch)?;
        let keys = keys(records, rule);
        of_row.par_chunks_mut(width).zip(&keys).for_each(|(row, key)| row[place] = *key);
    }
    let mut found: Vec<Pair> = Vec::new();
    for place in 0..width {
        let column: Vec<u64> = of_row.iter().skip(place).step_by(width).copied().collect();
        let rows = sorted(&column);
        let blocks: Vec<&[(u64, u32)]> =
            rows.chunk_by(|one, two| one.0 == two.0).filter(|block| block.len() > 1).collect();
        let tasks = tasks(&blocks);
        let found_before = |left: u32, right: u32| {
            let keys = |row: u32| &of_row[row as usize * width..row as usize * width + place];
            keys(left).iter().zip(keys(right)).any(|(one, two)| one == two && *one != NO_KEY)
        };
        let parts: Vec<Vec<Pair>> = tasks
            .par_iter()
            .map(|task| {
                let mut found = Vec::new();
                if watch.stopped() {
                    return found;
                }
                for (block, from) in task {
                    for (left, others) in first_and_others(blocks[*block], from) {
                        for (_, right) in others {
                            if records.allowed(left, *right) && !found_before(left, *right) {
                                found.push(Pair { left, right: *right, pattern: records.pattern(left, *right) });
                            }
                        }
                    }
                }
                found
            })
            .collect();
        stop(watch)?;
        found.reserve(parts.iter().map(Vec::len).sum());
        parts.into_iter().for_each(|part| found.extend(part));
        watch.progress(place as u64 + 1, width as u64);
    }
    Ok(found)
}

/// Compares all pairs.
pub fn compare_all(records: &Records, watch: &dyn Watch) -> Result<Vec<Pair>, LinkageError> {
    let rows = records.rows() as u32;
    let parts: Vec<Vec<Pair>> = (0..rows)
        .into_par_iter()
        .map(|left| {
            if watch.stopped() {
                return Vec::new();
            }
            let others = (left + 1..rows).filter(|right| records.allowed(left, *right));
            others.map(|right| Pair { left, right, pattern: records.pattern(left, right) }).collect()
        })
        .collect();
    stop(watch)?;
    Ok(parts.concat())
}

/// Some rows of a block, each of which is compared with those that come after it.
type Task = Vec<(usize, std::ops::Range<usize>)>;

/// Shares the blocks out into tasks of about as many pairs each.
fn tasks(blocks: &[&[(u64, u32)]]) -> Vec<Task> {
    let mut tasks = Vec::new();
    let (mut task, mut pairs) = (Task::new(), 0.0);
    for (place, block) in blocks.iter().enumerate() {
        let mut begin = 0;
        for row in 0..block.len() {
            pairs += (block.len() - row - 1) as f64;
            if pairs >= AT_ONCE || row + 1 == block.len() {
                task.push((place, begin..row + 1));
                begin = row + 1;
            }
            if pairs >= AT_ONCE {
                tasks.push(std::mem::take(&mut task));
                pairs = 0.0;
            }
        }
    }
    tasks.push(task);
    tasks
}

fn first_and_others<'a>(
    block: &'a [(u64, u32)],
    from: &std::ops::Range<usize>,
) -> impl Iterator<Item = (u32, &'a [(u64, u32)])> {
    from.clone().map(|row| (block[row].1, &block[row + 1..]))
}

pub(super) fn stop(watch: &dyn Watch) -> Result<(), LinkageError> {
    if watch.stopped() { Err(LinkageError::Stopped) } else { Ok(()) }
}
