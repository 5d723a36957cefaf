//! How large a join by conditions would be, judged by a sample of both frames: which pairs meet is known only once each has
//! been tried, and that is the work itself.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::forecast::{Fits, NotUnasked, if_counted, if_meant, many, memory, rows_allowed};
use super::joins::pairs_where;
use super::{Frame, by_name, run};
use crate::table::Expression;

/// Rows of each frame that are tried; the larger number where the smaller one leaves it open.
const TRIED: [u64; 2] = [1_000, 10_000];
/// Pairs that a sample should find if the join were as large as is allowed: so few are right within a fifth or so, if they do
/// not all come from the same row.
const ENOUGH: f64 = 100.0;
/// What the numbers of the rows are multiplied with to draw some. The fractions are spread evenly for each frame, and for
/// both together at every distance: equal steps through two frames in order would meet always or never.
const TURNS: [f64; 2] = [0.618_033_988_749_894_9, std::f64::consts::SQRT_2];
const ROW: &str = "row of the sample";

impl Frame {
    /// Refuses a join by conditions that would have more rows than are allowed, 100 million unless told, as far as a sample
    /// tells. Frames that are so small together that it cannot come to that are not looked at; nor are files that a plan
    /// groups, sorts or joins first, which would be read once more for it.
    pub fn join_where_fits(
        &self,
        other: &Frame,
        conditions: &[Expression],
        suffix: Option<&str>,
        allowed: Option<u64>,
        host: &dyn Host,
    ) -> Fits {
        let most = rows_allowed(allowed);
        let bounds = self.rows_at_most(host)?.zip(other.rows_at_most(host)?);
        if bounds.is_some_and(|(own, others)| own.saturating_mul(others) <= most) {
            return Ok(());
        }
        let Some((own, others)) = self.rows_if_easy(host)?.zip(other.rows_if_easy(host)?) else { return Ok(()) };
        if own.saturating_mul(others) <= most {
            return Ok(());
        }
        for tried in TRIED {
            let [left, right] = [own, others].map(|rows| (tried as f64 / rows as f64).min(1.0));
            let share = left * right;
            let met = if_counted(self.pairs_of_a_sample(other, [left, right], conditions, suffix, host))?;
            let Some(met) = met else { return Ok(()) };
            let rows = met / share;
            if rows > most as f64 && (met >= ENOUGH || share == 1.0 || tried == TRIED[TRIED.len() - 1]) {
                return Err(self.too_many_pairs(other, rows, share < 1.0, tried, host)?);
            }
            if most as f64 * share >= ENOUGH || share == 1.0 {
                return Ok(());
            }
        }
        Ok(())
    }

    /// How many pairs of a sample meet the conditions.
    fn pairs_of_a_sample(
        &self,
        other: &Frame,
        shares: [f64; 2],
        conditions: &[Expression],
        suffix: Option<&str>,
        host: &dyn Host,
    ) -> Result<f64> {
        let sample = |frame: &Frame, side: usize| match shares[side] < 1.0 {
            true => {
                let fraction = (col(ROW).cast(DataType::Float64) * lit(TURNS[side])) % lit(1.0);
                let drawn = frame.plan().with_row_index(ROW, None).filter(fraction.lt(lit(shares[side])));
                drawn.drop(by_name(&[ROW.to_owned()], true))
            }
            false => frame.plan(),
        };
        let met = pairs_where(sample(self, 0), sample(other, 1), conditions, suffix).select([len().alias("pairs")]);
        let reads_files = self.reads_files() || other.reads_files();
        let names: Vec<String> = self.names().into_iter().chain(other.names()).collect();
        let met = run(met, reads_files, &names, host)?.integers("pairs")?;
        Ok(met.first().copied().flatten().unwrap_or_default() as f64)
    }

    fn too_many_pairs(
        &self,
        other: &Frame,
        rows: f64,
        is_judged: bool,
        tried: u64,
        host: &dyn Host,
    ) -> Result<NotUnasked> {
        let (own, others) = (self.height(host)? as u64, other.height(host)? as u64);
        let rows = if is_judged { two_digits(rows).min(own.saturating_mul(others)) } else { rows as u64 };
        let bytes = (self.bytes_a_row() + other.bytes_a_row()) * rows as f64;
        let about = if is_judged { "about " } else { "" };
        let failure = Failure::new(format!(
            "{about}{} pairs of {} rows with {} rows would meet the conditions, about {} of memory",
            many(rows),
            many(own),
            many(others),
            memory(bytes)
        ));
        let failure = match is_judged {
            true => failure.help(format!("that is judged by up to {} rows of each frame", many(tried))),
            false => failure,
        };
        let failure = failure.help(
            "a further condition makes fewer: a key that is equal, `col(\"customer\") == col(\"customer_right\")`, or an end, \
             `col(\"day\") <= col(\"stop\")`",
        );
        Ok(if_meant(failure, "frame.join_where(other, …, #{", rows))
    }
}

/// The number with its first two digits, rounded up: a sample does not tell more.
fn two_digits(rows: f64) -> u64 {
    let unit = 10_f64.powf((rows.max(10.0).log10()).floor() - 1.0);
    ((rows / unit).ceil() * unit) as u64
}

#[cfg(test)]
mod tests {
    use regulars_plugin::Quiet;

    use super::*;
    use crate::table::Cell;

    fn counting(name: &str, rows: i64) -> Frame {
        Frame::from_cells(&[(name.to_owned(), (0..rows).map(Cell::Integer).collect())]).unwrap()
    }

    /// Pairs of two frames in order that lie less than so far from one another: about 2 × rows × distance of them. Polars sorts
    /// for conditions that are written this way, and tries all pairs where both columns stand on one side.
    fn near(distance: i64) -> Vec<Expression> {
        let from_a = |far: i64| col("a") + lit(far);
        vec![Expression(col("b").lt(from_a(distance))), Expression(col("b").gt(from_a(-distance)))]
    }

    /// A sample of a thousand rows of 200,000 finds one pair of 40,000; frames in order must not deceive it, as they would if
    /// every two hundredth row were drawn.
    #[test]
    fn a_sample_tells_the_pairs_within_a_third() {
        let (left, right) = (counting("a", 200_000), counting("b", 200_000));
        for distance in [100, 1_000] {
            let truth = (2 * distance - 1) as f64 * 200_000.0;
            let share = 10_000.0 / 200_000.0;
            let met = left.pairs_of_a_sample(&right, [share, share], &near(distance), None, &Quiet).unwrap();
            let told = met / (share * share);
            assert!((told / truth - 1.0).abs() < 1.0 / 3.0, "{distance}: {told} instead of {truth}");
        }
    }

    #[test]
    fn small_frames_are_counted_and_large_ones_judged() {
        let fits = |rows, allowed, distance| {
            let (left, right) = (counting("a", rows), counting("b", rows));
            let fits = left.join_where_fits(&right, &near(distance), None, allowed, &Quiet);
            fits.map_err(|why| (why.is_possible, why.failure.message))
        };
        assert_eq!(fits(50, Some(148), 2), Ok(()));
        let refused = "148 pairs of 50 rows with 50 rows would meet the conditions, about 2 kB of memory";
        assert_eq!(fits(50, Some(147), 2), Err((true, refused.to_owned())));
        // 2 × 10,000 × 200,000 pairs, of 40 billion that are possible.
        assert_eq!(fits(200_000, None, 200), Ok(()));
        let (is_possible, told) = fits(200_000, None, 10_000).unwrap_err();
        assert!(is_possible && told.starts_with("about 4,"), "{told}");
        // Nobody is asked for what no frame can hold.
        assert!(!fits(200_000, None, 200_000).unwrap_err().0);
        assert_eq!(fits(200_000, Some(4_290_000_000), 10_000), Ok(()));
    }

    #[test]
    fn two_digits_are_told() {
        assert_eq!([7.0, 99.0, 101.0, 123_456.0, 2e11].map(two_digits), [7, 99, 110, 130_000, 200_000_000_000]);
    }
}
