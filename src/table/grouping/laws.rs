//! Counting here and grouping by Polars come to the same.

use polars::prelude::*;
use proptest::prelude::*;
use regulars_plugin::Quiet;

use super::counted;

/// One row of everything: two small dice for keys, and a word of bits from which the values are made.
type Row = (u8, u8, u64);

/// A missing value now and then.
fn some<T>(bits: u64, value: T) -> Option<T> {
    (!bits.is_multiple_of(7)).then_some(value)
}

/// Quarters add without rounding, so that the order of adding does not show.
fn quarter(bits: u64) -> f64 {
    match bits % 97 {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => -0.0,
        rest => rest as f64 * 4_001.25 - 100_000.0,
    }
}

/// Texts of all lengths, of which the long ones begin alike.
fn text(die: u8) -> String {
    match die % 4 {
        0 => format!("c{die}"),
        1 => format!("{:012}", die),
        2 => format!("one of the longer names, number {die}"),
        _ => "é".repeat(usize::from(die % 9)),
    }
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let make = |die: fn(&Row) -> u8| rows.iter().map(move |row| (die(row), row.2)).collect::<Vec<_>>();
    let (first, second) = (make(|row| row.0), make(|row| row.1));
    let bits = || rows.iter().map(|row| row.2);
    let plain = df!(
        "text" => first.iter().map(|(die, bits)| some(*bits >> 8, text(*die))).collect::<Vec<_>>(),
        "other" => second.iter().map(|(die, _)| text(*die % 5)).collect::<Vec<_>>(),
        "whole" => first.iter().map(|(die, bits)| some(*bits >> 9, i64::MIN + i64::from(die % 5))).collect::<Vec<_>>(),
        "above" => second.iter().map(|(die, bits)| some(*bits >> 10, u64::MAX - u64::from(die % 3))).collect::<Vec<_>>(),
        "small" => second.iter().map(|(die, _)| i32::from(*die as i8) % 4).collect::<Vec<_>>(),
        "is" => first.iter().map(|(die, bits)| some(*bits >> 11, *die > 99)).collect::<Vec<_>>(),
        "f" => bits().map(|bits| some(bits >> 12, quarter(bits >> 20))).collect::<Vec<_>>(),
        "g" => bits().map(|bits| quarter(bits >> 21) as f32).collect::<Vec<_>>(),
        "i" => bits().map(|bits| some(bits >> 13, bits as i64 >> 9)).collect::<Vec<_>>(),
        "u" => bits().map(|bits| some(bits >> 14, bits >> 9)).collect::<Vec<_>>(),
        "j" => bits().map(|bits| some(bits >> 15, bits as i32 >> 14)).collect::<Vec<_>>(),
        "k" => bits().map(|bits| (bits >> 5) as u32 % 300).collect::<Vec<_>>()
    )?;
    let typed = [
        (col("small").cast(DataType::Date) + lit(0).cast(DataType::Duration(TimeUnit::Milliseconds))).alias("day"),
        col("small").cast(DataType::Int8).alias("tiny"),
        (col("i") / lit(1_000_000)).cast(DataType::Datetime(TimeUnit::Microseconds, None)).alias("at"),
        (col("i") / lit(1_000_000)).cast(DataType::Duration(TimeUnit::Milliseconds)).alias("span"),
        (col("k") % lit(200)).cast(DataType::UInt8).alias("byte"),
    ];
    plain.lazy().with_columns(typed).collect()
}

/// Every summary that is counted here, of every type of which it is.
fn summaries() -> Vec<Expr> {
    let numbers = ["f", "g", "i", "u", "j", "k", "tiny", "byte"];
    let mut all: Vec<Expr> = vec![len().alias("rows"), (col("k").max() - col("k").min()).alias("range")];
    for name in numbers {
        let named = |word: &str| format!("{name} {word}");
        all.push(col(name).sum().alias(named("sum")));
        all.push(col(name).mean().alias(named("mean")));
        all.push(col(name).median().alias(named("median")));
        all.push(col(name).std(1).alias(named("std")));
        all.push(col(name).var(0).alias(named("var")));
    }
    for name in numbers.into_iter().chain(["day", "at", "span"]) {
        all.push(col(name).min().alias(format!("{name} min")));
        all.push(col(name).max().alias(format!("{name} max")));
        all.push(col(name).count().alias(format!("{name} count")));
    }
    for name in numbers.into_iter().chain(["day", "at", "span", "is", "text", "other", "whole", "above"]) {
        all.push(col(name).n_unique().alias(format!("{name} different")));
    }
    all.push((col("k").n_unique() + len()).alias("different and rows"));
    all.push(col("is").sum().alias("is sum"));
    all.push(col("is").mean().alias("is mean"));
    all.push(col("text").count().alias("text count"));
    all.push(col("span").sum().alias("span sum"));
    all.push((col("f") * col("k")).sum().alias("product"));
    all.push((col("f").sum() / len()).alias("a row"));
    all
}

/// Numbers that were added in another order differ in their last digits, and the more the larger their parts were.
fn same(found: &Column, wanted: &Column) -> PolarsResult<bool> {
    if found.dtype() != wanted.dtype() {
        return Ok(false);
    }
    if !found.dtype().is_float() {
        return Ok(found.equals_missing(wanted));
    }
    let narrow = found.dtype() == &DataType::Float32;
    let (found, wanted) = (found.cast(&DataType::Float64)?, wanted.cast(&DataType::Float64)?);
    Ok(found.f64()?.iter().zip(wanted.f64()?.iter()).all(|pair| match pair {
        (None, None) => true,
        (Some(found), Some(wanted)) => {
            let near = if narrow { 1e-3 } else { 1e-9 };
            let both_none = found.is_nan() && wanted.is_nan();
            found == wanted || both_none || (found - wanted).abs() <= near * wanted.abs().max(1e3)
        }
        _ => false,
    }))
}

/// Polars 0.55.2 says 0.0 for the variance (over n) of a group whose only row has no value, and null for one of several such
/// rows. No value has no variance: null is what the step answers for both.
fn without_variance_of_nothing(wanted: DataFrame) -> PolarsResult<DataFrame> {
    let names: Vec<String> =
        wanted.columns().iter().filter_map(|column| column.name().strip_suffix(" var").map(str::to_owned)).collect();
    let mended = names.iter().map(|name| {
        let var = format!("{name} var");
        when(col(format!("{name} count")).eq(lit(0))).then(lit(NULL)).otherwise(col(&var)).alias(&var)
    });
    let mended: Vec<Expr> = mended.collect();
    wanted.lazy().with_columns(mended).collect()
}

/// A single row without a value: what the proptest meets once in twenty runs.
#[test]
fn the_variance_of_nothing_is_none() -> PolarsResult<()> {
    let data = df!("key" => [1, 2, 2], "x" => [None, Some(1.0), Some(3.0)], "k" => [1, 1, 1])?;
    let plan = data.lazy().group_by_stable([col("key")]).agg([col("x").var(0)]);
    let found =
        counted(&plan, true, &[], &Quiet).map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
    let Some(found) = found else { polars_bail!(ComputeError: "left to Polars") };
    let found = found.collect()?;
    assert_eq!(found.column("x")?.f64()?.to_vec(), [None, Some(1.0)]);
    Ok(())
}

fn holds(data: &DataFrame, keys: &[&str], summaries: &[Expr]) -> PolarsResult<()> {
    let keys: Vec<Expr> = keys.iter().map(|key| col(*key)).collect();
    // A step before and one after, so that the grouping is found inside a plan.
    let plan = data.clone().lazy().filter(col("k").lt(lit(290))).group_by_stable(&keys).agg(summaries).slice(0, 1_000);
    let wanted = without_variance_of_nothing(plan.clone().collect()?)?;
    let found =
        counted(&plan, true, &[], &Quiet).map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
    let Some(found) = found else { polars_bail!(ComputeError: "by {keys:?}: left to Polars") };
    let found = found.collect()?;
    assert_eq!(found.schema(), wanted.schema());
    assert_eq!(found.height(), wanted.height());
    for (found, wanted) in found.columns().iter().zip(wanted.columns()) {
        assert!(same(found, wanted)?, "by {keys:?}: {found:?} is not {wanted:?}");
    }
    Ok(())
}

const KEYS: [&[&str]; 12] = [
    &["text"],
    &["other"],
    &["whole"],
    &["above"],
    &["small"],
    &["is"],
    &["day"],
    &["at"],
    &["text", "other"],
    &["whole", "text"],
    &["tiny", "above", "is"],
    &["is", "day", "whole", "small"],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn groups_are_those_of_polars(rows in prop::collection::vec(any::<Row>(), 0..300), which in 0..KEYS.len()) {
        holds(&frame(&rows).unwrap(), KEYS[which], &summaries()).unwrap();
    }
}

/// Blocks, batches and tables that grow: more rows and groups than fit into any of them at first.
#[test]
fn many_groups_are_those_of_polars() -> PolarsResult<()> {
    let mut state = 1_u64;
    let mut roll = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 16
    };
    let rows: Vec<Row> = (0..9_000).map(|_| (roll() as u8, roll() as u8, roll())).collect();
    let data = frame(&rows)?;
    for keys in KEYS {
        holds(&data, keys, &summaries())?;
    }
    let different = [col("i").n_unique().alias("different"), col("text").n_unique().alias("texts")];
    let by_many = [col("f").sum(), col("k").max(), col("u").median(), len()].into_iter().chain(different);
    let by_many: Vec<Expr> = by_many.collect();
    for keys in [&["i"][..], &["j", "text"]] {
        holds(&data, keys, &by_many)?;
    }
    Ok(())
}

/// Tables of pairs that grow: more different values than fit into any of them at first, few groups, and values that come again
/// in later batches.
#[test]
fn many_different_values_are_counted_once() -> PolarsResult<()> {
    let rows = 60_000_u64;
    let spread = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 20_011;
    let data = df!(
        "key" => (0..rows).map(|row| row % 3).collect::<Vec<_>>(),
        "number" => (0..rows).map(|row| some(row, spread(row) as i64 - 7)).collect::<Vec<_>>(),
        "text" => (0..rows).map(|row| some(row + 1, format!("customer number {}", spread(row)))).collect::<Vec<_>>(),
        "short" => (0..rows).map(|row| format!("c{}", spread(row))).collect::<Vec<_>>(),
        "fraction" => (0..rows).map(|row| some(row, quarter(row))).collect::<Vec<_>>()
    )?;
    let pieces: Vec<LazyFrame> = (0..12).map(|piece| data.slice(piece * 5_000, 5_000).lazy()).collect();
    let summaries = ["number", "text", "short", "fraction"].map(|name| col(name).n_unique());
    let wanted = data.lazy().group_by_stable([col("key")]).agg(&summaries).collect()?;
    let plan = concat(pieces, UnionArgs::default())?.group_by_stable([col("key")]).agg(&summaries);
    let found =
        counted(&plan, true, &[], &Quiet).map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
    let Some(found) = found else { polars_bail!(ComputeError: "left to Polars") };
    assert!(found.collect()?.equals_missing(&wanted));
    Ok(())
}

/// A last digit that depends on the order of adding: it is that of the rows, whatever the number of batches and threads.
#[test]
fn sums_are_taken_in_the_order_of_the_rows() -> PolarsResult<()> {
    let parts: Vec<f64> = (0..50_000).map(|row| 1.0 / f64::from(row % 977 + 1)).collect();
    let keys: Vec<i64> = (0..50_000).map(|row| row % 13).collect();
    let data = df!("key" => &keys, "part" => &parts)?;
    let pieces: Vec<LazyFrame> = (0..10).map(|piece| data.slice(piece * 5_000, 5_000).lazy()).collect();
    let plan = concat(pieces, UnionArgs::default())?.group_by_stable([col("key")]).agg([col("part").sum()]);
    let found =
        counted(&plan, true, &[], &Quiet).map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
    let Some(found) = found else { polars_bail!(ComputeError: "left to Polars") };
    let found = found.collect()?;
    let mut wanted = [0.0; 13];
    for (key, part) in keys.iter().zip(&parts) {
        wanted[*key as usize] += part;
    }
    assert_eq!(found.column("part")?.f64()?.iter().flatten().collect::<Vec<_>>(), wanted);
    Ok(())
}

/// Frames in memory as well: of many rows, Polars' own sums depend on how many threads there are and which of them was first.
#[test]
fn sums_in_memory_are_taken_in_the_order_of_the_rows() -> PolarsResult<()> {
    let rows = 300_000_u32;
    let parts: Vec<f64> = (0..rows).map(|row| 1.0 / f64::from(row % 977 + 1)).collect();
    let keys: Vec<u32> = (0..rows).map(|row| row % 13).collect();
    let mut wanted = [0.0; 13];
    for (key, part) in keys.iter().zip(&parts) {
        wanted[*key as usize] += part;
    }
    let plan = df!("key" => &keys, "part" => &parts)?.lazy();
    let summed = |plan: LazyFrame| plan.group_by_stable([col("key")]).agg([col("part").sum()]);
    let nested = plan.clone().group_by_stable([col("key"), col("part")]).agg([col("part").sum().alias("sum")]);
    let cases = [
        summed(plan.clone()),
        summed(plan.clone().filter(col("part").gt(lit(0)))).sort(["key"], SortMultipleOptions::default()),
        // One of every part and group, and each part as often as it is there: a grouping of a grouping.
        summed(nested.select([col("key"), (col("sum") / col("part")).alias("part")])),
    ];
    for (place, case) in cases.into_iter().enumerate() {
        let found = crate::table::run(case, false, &[], &Quiet)
            .map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
        let found: Vec<f64> = found.0.column("part")?.f64()?.iter().flatten().collect();
        match place {
            2 => assert_eq!(found.iter().sum::<f64>().round(), f64::from(rows)),
            _ => assert_eq!(found, wanted),
        }
    }
    Ok(())
}

/// What is not counted here is left as it is.
#[test]
fn the_rest_is_left_to_polars() -> PolarsResult<()> {
    let data = frame(&[(1, 2, 3), (4, 5, 6)])?.lazy();
    let left: [(Vec<Expr>, Vec<Expr>); 6] = [
        (vec![col("f")], vec![col("k").sum()]),
        (vec![col("text")], vec![col("k").quantile(lit(0.3), QuantileMethod::Linear)]),
        (vec![col("text")], vec![col("k")]),
        (vec![col("text")], vec![col("k").cum_sum(false).max()]),
        (vec![lit(1).alias("one")], vec![col("k").sum()]),
        (vec![col("text"), col("other"), col("whole")], vec![col("k").sum()]),
    ];
    for (keys, summaries) in left {
        let plan = data.clone().group_by_stable(&keys).agg(&summaries);
        assert!(counted(&plan, true, &[], &Quiet).is_ok_and(|found| found.is_none()), "{summaries:?}");
    }
    Ok(())
}

/// A join on the way, with partners for some rows and for all: the rows that are grouped are those of Polars.
#[test]
fn joined_rows_are_those_of_polars() -> PolarsResult<()> {
    let mut state = 5_u64;
    let mut roll = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 16
    };
    let rows: Vec<Row> = (0..4_000).map(|_| (roll() as u8, roll() as u8, roll())).collect();
    let left = frame(&rows)?;
    for on in [&["text"][..], &["small"], &["whole", "text"]] {
        let keys: Vec<Expr> = on.iter().map(|name| col(*name)).collect();
        let all = left.clone().lazy().select(&keys).unique_stable(None, UniqueKeepStrategy::First).collect()?;
        for partners in [all.height(), all.height() / 2, 0] {
            let count = partners as u32;
            let right = all.head(Some(partners)).lazy().with_columns([
                Series::new(
                    "word".into(),
                    (0..count).map(|row| some(u64::from(row), text(row as u8 % 9))).collect::<Vec<_>>(),
                )
                .lit(),
                Series::new("weight".into(), (0..count).map(|row| f64::from(row) / 4.0).collect::<Vec<_>>()).lit(),
            ]);
            let mut arguments = JoinArgs::new(JoinType::Inner);
            arguments.maintain_order = MaintainOrderJoin::LeftRight;
            let joined = left.clone().lazy().join(right, &keys, &keys, arguments);
            for by in [&["word"][..], &["word", "other"], &["small"]] {
                let by: Vec<Expr> = by.iter().map(|name| col(*name)).collect();
                let summaries = [
                    (col("k") * col("weight")).sum().alias("load"),
                    col("weight").max().alias("most"),
                    len().alias("rows"),
                    col("word").count().alias("words"),
                ];
                let plan = joined.clone().group_by_stable(&by).agg(summaries);
                let wanted = plan.clone().collect()?;
                let found = counted(&plan, true, &[], &Quiet)
                    .map_err(|failure| PolarsError::ComputeError(failure.to_string().into()))?;
                let Some(found) = found else { polars_bail!(ComputeError: "on {on:?}: left to Polars") };
                let found = found.collect()?;
                assert_eq!(found.schema(), wanted.schema());
                assert!(
                    found.equals_missing(&wanted),
                    "on {on:?}, {partners} partners, by {by:?}: {found} is not {wanted}"
                );
            }
        }
    }
    Ok(())
}

/// Where a row has two partners, or the join is another one, it is left to Polars.
#[test]
fn other_joins_are_left_to_polars() -> PolarsResult<()> {
    let left = df!("key" => [1, 2, 2], "k" => [1, 2, 3])?.lazy();
    let twice = df!("key" => [2, 2], "weight" => [1.0, 2.0])?.lazy();
    let once = df!("key" => [2, 3], "weight" => [1.0, 2.0])?.lazy();
    for (right, kind) in [(&twice, JoinType::Inner), (&once, JoinType::Left), (&once, JoinType::Semi)] {
        let joined = left.clone().join(right.clone(), [col("key")], [col("key")], JoinArgs::new(kind));
        let plan = joined.group_by_stable([col("key")]).agg([col("k").sum()]);
        assert!(counted(&plan, true, &[], &Quiet).is_ok_and(|found| found.is_none()));
    }
    Ok(())
}
