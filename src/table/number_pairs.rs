//! Two columns of numbers side by side, where very many rows are looked at without a copy of them.

use polars::prelude::*;

/// Pairs of numbers, none of them missing.
#[derive(Clone)]
pub struct NumberPairs {
    one: Float64Chunked,
    other: Float64Chunked,
}

impl NumberPairs {
    /// Of two columns of one length without gaps; those in other chunks than their partner are copied into one.
    pub(super) fn of(one: &Float64Chunked, other: &Float64Chunked) -> NumberPairs {
        match one.chunk_lengths().eq(other.chunk_lengths()) {
            true => NumberPairs { one: one.clone(), other: other.clone() },
            false => NumberPairs { one: one.rechunk().into_owned(), other: other.rechunk().into_owned() },
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.one.len()
    }

    /// All of them in pieces of at most so many rows, in their order.
    pub fn pieces(&self, rows: usize) -> Vec<(&[f64], &[f64])> {
        let chunks = self.one.downcast_iter().zip(self.other.downcast_iter());
        let pieces = chunks.flat_map(|(one, other)| one.values().chunks(rows).zip(other.values().chunks(rows)));
        pieces.collect()
    }

    /// All of them, copied.
    pub fn copied(&self) -> Vec<(f64, f64)> {
        self.one.into_no_null_iter().zip(self.other.into_no_null_iter()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_need_not_agree() {
        let mut one = Float64Chunked::from_slice("one".into(), &[1.0, 2.0]);
        one.append(&Float64Chunked::from_slice("one".into(), &[3.0])).unwrap();
        let other = Float64Chunked::from_slice("other".into(), &[4.0, 5.0, 6.0]);
        let same = NumberPairs::of(&one, &one);
        assert_eq!(same.pieces(9), [(&[1.0, 2.0][..], &[1.0, 2.0][..]), (&[3.0], &[3.0])]);
        let pairs = NumberPairs::of(&one, &other);
        assert_eq!(pairs.pieces(2), [(&[1.0, 2.0][..], &[4.0, 5.0][..]), (&[3.0], &[6.0])]);
        assert_eq!((pairs.count(), pairs.copied()), (3, vec![(1.0, 4.0), (2.0, 5.0), (3.0, 6.0)]));
    }
}
