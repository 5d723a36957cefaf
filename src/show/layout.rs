//! Which columns of a table are shown, and how wide.

/// Columns between two columns.
pub(crate) const GAP: usize = 2;

/// What a column asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    /// The width at which nothing is cut.
    pub(crate) natural: usize,
    /// The width below which it is better left out.
    pub(crate) least: usize,
}

/// The columns that are shown: so many from the left, so many from the right, each with its width.
#[derive(Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) left: usize,
    pub(crate) right: usize,
    /// Widths of the shown columns, from left to right.
    pub(crate) widths: Vec<usize>,
}

impl Layout {
    /// Fits columns into a width: wide ones are narrowed first, then columns in the middle are left out. The first
    /// column is always there.
    pub(crate) fn fit(wishes: &[Wish], width: usize) -> Layout {
        let count = wishes.len();
        let least: Vec<usize> = wishes.iter().map(|wish| wish.least).collect();
        let (left, right) = if total(&least) <= width { (count, 0) } else { ends(&least, width) };
        let shown: Vec<Wish> = wishes[..left].iter().chain(&wishes[count - right..]).copied().collect();
        // The column of `…` takes one column and a gap.
        let room = if left + right < count { width.saturating_sub(1 + GAP) } else { width };
        Layout { left, right, widths: widths(&shown, room) }
    }

    /// Whether columns are left out.
    pub(crate) fn leaves_out(&self, count: usize) -> bool {
        self.left + self.right < count
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// How many columns from the left and from the right fit beside a column of `…`, taken in turn.
fn ends(least: &[usize], width: usize) -> (usize, usize) {
    let room = width.saturating_sub(1);
    let mut used = least[0] + GAP;
    let (mut left, mut right) = (1, 0);
    loop {
        let before = (left, right);
        // The right end follows the left: what a table is about stands at its beginning, the result at its end.
        if right < left && left + right + 1 < least.len() {
            let next = least[least.len() - 1 - right] + GAP;
            if used + next <= room {
                used += next;
                right += 1;
            }
        }
        if left + right + 1 < least.len() {
            let next = least[left] + GAP;
            if used + next <= room {
                used += next;
                left += 1;
            }
        }
        if before == (left, right) {
            return (left, right);
        }
    }
}

/// Narrows the widest columns, evenly, until all fit.
fn widths(shown: &[Wish], room: usize) -> Vec<usize> {
    let at = |cap: usize| -> Vec<usize> { shown.iter().map(|wish| wish.natural.min(cap.max(wish.least))).collect() };
    let widest = shown.iter().map(|wish| wish.natural).max().unwrap_or(0);
    // The greatest cap that fits, found by halving: a cell may be megabytes wide.
    let (mut low, mut high) = (0, widest);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if total(&at(middle)) <= room {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    let mut widths = at(low);
    // What is left over after even narrowing goes to the first columns that still want it.
    let mut spare = room.saturating_sub(total(&widths));
    for (width, wish) in widths.iter_mut().zip(shown) {
        if *width < wish.natural && spare > 0 {
            *width += 1;
            spare -= 1;
        }
    }
    if let [only] = widths.as_mut_slice() {
        *only = (*only).min(room.max(1));
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(wishes: &[(usize, usize)], width: usize) -> Layout {
        let wishes: Vec<Wish> = wishes.iter().map(|&(natural, least)| Wish { natural, least }).collect();
        Layout::fit(&wishes, width)
    }

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(fit(&[(5, 5), (10, 8)], 17), Layout { left: 2, right: 0, widths: vec![5, 10] });
    }

    #[test]
    fn wide_columns_are_narrowed_first() {
        // 5 + 2 + 2 × 2 leaves 13 for the two wide ones.
        assert_eq!(fit(&[(5, 5), (30, 6), (40, 6)], 22), Layout { left: 3, right: 0, widths: vec![5, 7, 6] });
    }

    #[test]
    fn then_the_middle_is_left_out() {
        // 10 + 2 + 10 + 2 + 1 takes 25; a third column of 10 would need 37.
        assert_eq!(fit(&[(10, 10); 5], 30), Layout { left: 1, right: 1, widths: vec![10, 10] });
        assert_eq!(fit(&[(10, 10); 5], 37), Layout { left: 2, right: 1, widths: vec![10, 10, 10] });
    }

    #[test]
    fn one_column_is_cut_rather_than_left_out() {
        assert_eq!(fit(&[(100, 8), (100, 8)], 6), Layout { left: 1, right: 0, widths: vec![3] });
        assert_eq!(fit(&[], 80), Layout { left: 0, right: 0, widths: vec![] });
    }
}
