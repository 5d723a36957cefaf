//! Sums over runs of rows, column by column.

/// Rows that are looked at together, so that their columns stay in the nearest cache.
const BLOCK: usize = 256;

/// The sum of products of two columns. Eight sums side by side keep the processor busy; the remainder comes last.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let (left_eights, left_rest) = left.as_chunks::<8>();
    let (right_eights, right_rest) = right.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (left, right) in left_eights.iter().zip(right_eights) {
        for ((sum, left), right) in sums.iter_mut().zip(left).zip(right) {
            *sum += left * right;
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest
}

/// Adds the weighted products of all pairs of columns, each less its middle, to a lower triangle, row by row.
pub(super) fn add_products(columns: &[&[f64]], middles: &[f64], weights: &[f64], triangle: &mut [f64]) {
    let mut weighted = [0.0; BLOCK];
    let mut away = vec![0.0; columns.len() * BLOCK];
    for start in (0..weights.len()).step_by(BLOCK) {
        let rows = start..(start + BLOCK).min(weights.len());
        let mut place = 0;
        for (j, (column, middle)) in columns.iter().zip(middles).enumerate() {
            let here = &mut away[j * BLOCK..j * BLOCK + rows.len()];
            for (away, value) in here.iter_mut().zip(&column[rows.clone()]) {
                *away = value - middle;
            }
            let weighted = &mut weighted[..rows.len()];
            for ((weighted, away), weight) in weighted.iter_mut().zip(&*here).zip(&weights[rows.clone()]) {
                *weighted = weight * away;
            }
            for k in 0..=j {
                triangle[place + k] += dot(weighted, &away[k * BLOCK..k * BLOCK + rows.len()]);
            }
            place += j + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_row_by_row() {
        let rows = 2 * BLOCK + 11;
        let column = |step: usize| (0..rows).map(|row| ((row * step) % 13) as f64 - 4.0).collect::<Vec<f64>>();
        let (x, y, weights) = (column(5), column(7), column(3));
        let mut triangle = vec![1.0; 3];
        add_products(&[&x, &y], &[0.0, 2.0], &weights, &mut triangle);
        let by_row = |one: &dyn Fn(usize) -> f64| (0..rows).map(|row| weights[row] * one(row)).sum::<f64>();
        // Small whole numbers: every order of adding gives the same.
        assert_eq!(triangle[0], 1.0 + by_row(&|row| x[row] * x[row]));
        assert_eq!(triangle[1], 1.0 + by_row(&|row| (y[row] - 2.0) * x[row]));
        assert_eq!(triangle[2], 1.0 + by_row(&|row| (y[row] - 2.0).powi(2)));
        assert_eq!(dot(&x[..3], &weights[..3]), x[0] * weights[0] + x[1] * weights[1] + x[2] * weights[2]);
    }
}
