//! Records to compare, and the pattern of agreement of two of them.

use super::column::{Column, Kind, MISSING};
use super::levels::{DIFFER, UNKNOWN, level, same_name};

/// More columns than this have no place in a pattern of 64 bits.
pub const MOST_COLUMNS: usize = 16;

/// Columns of as many rows each.
#[derive(Debug, Clone)]
pub struct Records {
    /// The columns that are compared.
    pub columns: Vec<Column>,
    /// A given name and a family name that may stand in each other's column.
    pub names: Option<(usize, usize)>,
    /// Where only rows of different sources are compared, the source of each row.
    pub sources: Option<Vec<u32>>,
    rows: usize,
}

/// Two rows, the first before the second, and how well they agree: four bits for each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The first row.
    pub left: u32,
    /// The other row.
    pub right: u32,
    /// The level of each column.
    pub pattern: u64,
}

/// The level of a column in a pattern.
pub fn level_of(pattern: u64, column: usize) -> u8 {
    (pattern >> (4 * column) & 15) as u8
}

impl Records {
    /// Puts columns together. The first given name and the first family name may stand in each other's column.
    pub fn new(columns: Vec<Column>, rows: usize, sources: Option<Vec<u32>>) -> Records {
        let place = |kind: Kind| columns.iter().position(|column| column.kind == kind);
        let names = place(Kind::Given).zip(place(Kind::Family));
        Records { columns, names, sources, rows }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether two rows may be compared.
    pub fn allowed(&self, left: u32, right: u32) -> bool {
        left != right && self.sources.as_ref().is_none_or(|of| of[left as usize] != of[right as usize])
    }

    /// How many pairs of rows may be compared.
    pub fn all_pairs(&self) -> f64 {
        self.pairs_among(|_| true)
    }

    /// How many pairs may be compared among some of the rows.
    pub fn pairs_among(&self, taken: impl Fn(usize) -> bool) -> f64 {
        let pairs = |count: f64| count * (count - 1.0) / 2.0;
        let rows = (0..self.rows).filter(|row| taken(*row));
        match &self.sources {
            None => pairs(rows.count() as f64),
            Some(of) => {
                let mut counts = vec![0_u64; of.iter().max().map_or(0, |most| *most as usize + 1)];
                rows.for_each(|row| counts[of[row] as usize] += 1);
                pairs(counts.iter().sum::<u64>() as f64) - counts.iter().map(|count| pairs(*count as f64)).sum::<f64>()
            }
        }
    }

    /// How well two rows agree in each column.
    pub fn pattern(&self, left: u32, right: u32) -> u64 {
        let mut pattern = 0;
        for (place, column) in self.columns.iter().enumerate() {
            let (one, two) = (column.codes[left as usize], column.codes[right as usize]);
            let found = if one == MISSING || two == MISSING { UNKNOWN } else { level(column, one, two) };
            pattern |= u64::from(found) << (4 * place);
        }
        match self.names {
            Some(names) => self.exchanged(names, left, right, pattern),
            None => pattern,
        }
    }

    /// The pattern where a given name stands in the column of the family name, or the other way round: the given name
    /// then has its own level, and the family name too where both are exchanged.
    fn exchanged(&self, (given, family): (usize, usize), left: u32, right: u32, pattern: u64) -> u64 {
        if level_of(pattern, given) > DIFFER || level_of(pattern, family) > DIFFER {
            return pattern;
        }
        let (givens, families) = (&self.columns[given], &self.columns[family]);
        let code = |column: &Column, row: u32| column.codes[row as usize];
        let meets = |one: u32, two: u32| same_name(givens, code(givens, one), families, code(families, two));
        let (there, back) = (meets(left, right), meets(right, left));
        if !there && !back {
            return pattern;
        }
        let set =
            |pattern: u64, column: usize, level: u8| pattern & !(15 << (4 * column)) | u64::from(level) << (4 * column);
        let one = set(pattern, given, Kind::Given.equal() - 2);
        if there && back { set(one, family, Kind::Family.equal() - 1) } else { one }
    }
}
