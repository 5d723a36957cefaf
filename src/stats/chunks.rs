//! Sums over many rows on all cores, equal to the last digit at any number of threads.

use rayon::prelude::*;

/// Computes a part for each run of `size` numbers below `count` on all cores and gives the parts in their order. What is
/// added up from them does not depend on the number of threads, because neither the runs nor their order do.
pub fn in_chunks<T: Send>(count: usize, size: usize, part: impl Fn(std::ops::Range<usize>) -> T + Sync) -> Vec<T> {
    let size = size.max(1);
    let runs = count.div_ceil(size);
    let range = |run: usize| run * size..((run + 1) * size).min(count);
    if runs <= 1 {
        return (0..runs).map(|run| part(range(run))).collect();
    }
    (0..runs).into_par_iter().map(|run| part(range(run))).collect()
}
