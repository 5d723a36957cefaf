//! The counts by hand, and what is on the sheet.

use regulars_plugin::{Column, Result, Shape, Table, testing};
use regulars_purchase_clock::PurchaseClock;

fn counts(options: &str, table: Table) -> Result<Vec<i64>> {
    let answer = testing::run::<PurchaseClock>(options, vec![table])?;
    Ok(answer.table.unwrap_or_default().column("orders")?.as_integers()?.flatten().collect())
}

#[test]
fn days_and_months_are_those_of_the_calendar() -> Result<()> {
    // A Monday, a Sunday, a Sunday before 1970, and the last day of a leap February, a Thursday.
    let rows = ["2024-01-01", "2023-12-31", "1969-12-28", "2024-02-29"].map(|day| ("ann", day, 1.0));
    assert_eq!(counts("{}", testing::orders(&rows)?)?, [1, 0, 0, 1, 0, 0, 2]);
    assert_eq!(counts(r#"{"by": "month"}"#, testing::orders(&rows)?)?, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    Ok(())
}

#[test]
fn hours_need_times() -> Result<()> {
    let rows = [("ann", "2024-01-01", 1.0)];
    let refused = counts(r#"{"by": "hour"}"#, testing::orders(&rows)?).map(|_| ());
    assert!(refused.is_err_and(|failure| failure.message == "`date` holds days, which have no hours"));
    let hour = 3_600_000_000i64;
    let times = Table::new(vec![
        Column::texts("customer", [Some("ann"), Some("bob")]),
        Column::times("date", [Some(13 * hour + 5), Some(-1)]),
        Column::numbers("amount", [Some(1.0), Some(1.0)]),
    ])?;
    let counted = counts(r#"{"by": "hour"}"#, times)?;
    assert_eq!((counted[13], counted[23], counted.iter().sum::<i64>()), (1, 1, 2));
    Ok(())
}

#[test]
fn the_sheet_has_a_piece_and_a_name_for_each() -> Result<()> {
    let rows = [("ann", "2024-01-01", 1.0), ("ann", "2024-01-02", 1.0), ("ann", "2024-01-08", 1.0)];
    let answer = testing::run::<PurchaseClock>("{}", vec![testing::orders(&rows)?])?;
    let drawing = answer.drawing.ok_or_else(|| regulars_plugin::Failure::new("no drawing"))?;
    drawing.check()?;
    assert_eq!(drawing.title, "Most orders come on Mondays: 66.7 %");
    let kinds = |wanted: fn(&Shape) -> bool| drawing.shapes.iter().filter(|shape| wanted(shape)).count();
    assert_eq!(kinds(|shape| matches!(shape, Shape::Area { .. })), 2, "days without orders have no piece");
    assert_eq!(kinds(|shape| matches!(shape, Shape::Words { .. })), 8, "and the ring has one");
    Ok(())
}
