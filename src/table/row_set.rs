//! Rows by their numbers: small where they are few, a bit for each row where they are many.

/// Rows in a piece.
const PIECE: u64 = 1 << 16;
const WORDS: usize = (PIECE / 64) as usize;

/// A set of rows, counted from 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowSet {
    pieces: Vec<Option<Box<[u64; WORDS]>>>,
    count: u64,
}

impl RowSet {
    /// Adds a row.
    pub(crate) fn add(&mut self, row: u64) {
        let piece = (row / PIECE) as usize;
        if self.pieces.len() <= piece {
            self.pieces.resize(piece + 1, None);
        }
        let words = self.pieces[piece].get_or_insert_with(|| Box::new([0; WORDS]));
        let (word, bit) = ((row % PIECE / 64) as usize, 1 << (row % 64));
        self.count += u64::from(words[word] & bit == 0);
        words[word] |= bit;
    }

    /// Whether a row is in it.
    pub(crate) fn has(&self, row: u64) -> bool {
        let piece = self.pieces.get((row / PIECE) as usize).and_then(Option::as_ref);
        piece.is_some_and(|words| words[(row % PIECE / 64) as usize] & (1 << (row % 64)) != 0)
    }

    /// How many rows are in it.
    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    /// Adds all rows of another.
    pub(crate) fn add_all(&mut self, other: &RowSet) {
        other.rows().for_each(|row| self.add(row));
    }

    /// The rows, in their order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u64> {
        self.pieces.iter().enumerate().filter_map(|(place, words)| Some((place as u64, words.as_ref()?))).flat_map(
            |(piece, words)| {
                words.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(move |(place, word)| {
                    let first = piece * PIECE + place as u64 * 64;
                    (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| first + bit)
                })
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_once_and_in_order() {
        let mut set = RowSet::default();
        for row in [700_000, 3, 64, 3, 65_536] {
            set.add(row);
        }
        assert_eq!(set.rows().collect::<Vec<_>>(), [3, 64, 65_536, 700_000]);
        assert_eq!((set.len(), set.has(64), set.has(65), set.has(9_999_999)), (4, true, false, false));
        let mut both = RowSet::default();
        both.add(4);
        both.add_all(&set);
        assert_eq!(both.len(), 5);
    }
}
