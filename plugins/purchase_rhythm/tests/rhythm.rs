//! What an author tests: the figures, by hand, and that the options do what they say.

use regulars_plugin::{Result, testing};
use regulars_purchase_rhythm::PurchaseRhythm;

/// Ann buys on days 1, 8, 15 and 25 of January: gaps 7, 7 and 10, median 7. Bob buys twice on one day.
const ORDERS: [(&str, &str, f64); 6] = [
    ("ann", "1997-01-08", 1.0),
    ("ann", "1997-01-01", 1.0),
    ("bob", "1997-01-10", 1.0),
    ("ann", "1997-01-25", 1.0),
    ("ann", "1997-01-15", 1.0),
    ("bob", "1997-01-10", 1.0),
];

#[test]
fn the_gap_is_the_median_and_one_day_is_one_purchase() -> Result<()> {
    let answer = testing::run::<PurchaseRhythm>(r#"{"until": "1997-02-08"}"#, vec![testing::orders(&ORDERS)?])?;
    let table = answer.table.unwrap_or_default();
    assert_eq!(table.column("customer")?.as_texts()?.collect::<Vec<_>>(), [Some("ann"), Some("bob")]);
    assert_eq!(table.column("purchases")?.as_integers()?.collect::<Vec<_>>(), [Some(4), Some(1)]);
    assert_eq!(table.column("gap")?.as_numbers()?.collect::<Vec<_>>(), [Some(7.0), None]);
    assert_eq!(table.column("silence")?.as_integers()?.collect::<Vec<_>>(), [Some(14), Some(29)]);
    // 14 days of silence are twice the gap of 7: not more than twice, so not overdue at a patience of 2 …
    assert_eq!(table.column("overdue")?.as_flags()?.next(), Some(Some(false)));
    // … but at a patience of 1.5.
    let options = r#"{"until": "1997-02-08", "patience": 1.5}"#;
    let table = testing::run::<PurchaseRhythm>(options, vec![testing::orders(&ORDERS)?])?.table.unwrap_or_default();
    assert_eq!(table.column("overdue")?.as_flags()?.next(), Some(Some(true)));
    Ok(())
}

#[test]
fn orders_after_the_window_are_left_out_and_told() -> Result<()> {
    let answer = testing::run::<PurchaseRhythm>(r#"{"until": "1997-01-10"}"#, vec![testing::orders(&ORDERS)?])?;
    assert_eq!(answer.notes, ["2 orders after the end of the window were left out"]);
    Ok(())
}

#[test]
fn a_patience_below_one_is_refused() -> Result<()> {
    let refused = testing::run::<PurchaseRhythm>(r#"{"patience": 0.5}"#, vec![testing::orders(&ORDERS)?]);
    assert!(refused.is_err_and(|failure| failure.to_string().contains("a number from 1 to 100")));
    Ok(())
}
