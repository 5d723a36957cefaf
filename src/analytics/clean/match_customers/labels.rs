//! What labels tell: who is who, and how often rows of one customer agree.

use regulars_plugin::{Failure, Result};

use super::columns::Ready;
use crate::stats::linkage::{Pair, UNKNOWN, level_of};
use crate::table::{Cell, Data};

/// The label of each record.
pub(super) fn labels(name: Option<&str>, data: &Data, ready: &Ready) -> Result<Option<Vec<Option<u32>>>> {
    let Some(name) = name else { return Ok(None) };
    let levels = data.levels(name)?;
    let missing = (0..levels.len()).find(|index| levels.value(*index) == Cell::Missing);
    let label = |row: &usize| Some(levels.codes[*row]).filter(|code| missing != Some(*code as usize));
    Ok(Some(ready.row_of.iter().map(label).collect()))
}

/// How often rows with one label agree in each level, among the pairs that were compared.
pub(super) fn learnt(ready: &Ready, pairs: &[Pair], labels: &[Option<u32>]) -> Result<Vec<Vec<f64>>> {
    let columns = &ready.records.columns;
    let mut counts: Vec<Vec<f64>> = columns.iter().map(|column| vec![0.5; usize::from(column.kind.count())]).collect();
    let mut matches = 0;
    for pair in pairs {
        let (left, right) = (labels[pair.left as usize], labels[pair.right as usize]);
        if left.is_none() || left != right {
            continue;
        }
        matches += 1;
        for (place, counts) in counts.iter_mut().enumerate() {
            let level = level_of(pair.pattern, place);
            if level != UNKNOWN {
                counts[usize::from(level) - 1] += 1.0;
            }
        }
    }
    if matches == 0 {
        return Err(Failure::new(
            "no two rows that were compared have the same label, so nothing can be learnt from the labels",
        )
        .help("leave `learn_from_labels` out; the weights are then found without labels"));
    }
    for counts in &mut counts {
        let sum: f64 = counts.iter().sum();
        counts.iter_mut().for_each(|count| *count /= sum);
    }
    Ok(counts)
}
