//! The figures, worked out by hand.

use regulars_new_plugin::{NewPlugin, NewPluginModel, Predict};
use regulars_plugin::{Column, Result, Table, testing};

/// Ann pays 10, 12 and 90, Bob 40 and 35.
const ORDERS: [(&str, &str, f64); 5] = [
    ("ann", "1997-01-01", 10.0),
    ("ann", "1997-01-08", 12.0),
    ("bob", "1997-01-10", 40.0),
    ("ann", "1997-01-15", 90.0),
    ("bob", "1997-03-01", 35.0),
];

#[test]
fn the_usual_amount_is_the_median() -> Result<()> {
    let answer = testing::run::<NewPlugin>("{}", vec![testing::orders(&ORDERS)?])?;
    let table = answer.table.unwrap_or_default();
    assert_eq!(
        table.column("customer")?.as_texts()?.collect::<Vec<_>>(),
        [Some("ann"), Some("bob")]
    );
    assert_eq!(
        table.column("usual")?.as_numbers()?.collect::<Vec<_>>(),
        [Some(12.0), Some(37.5)]
    );
    Ok(())
}

#[test]
fn customers_with_few_orders_are_left_out_and_told() -> Result<()> {
    let answer = testing::run::<NewPlugin>(r#"{"least": 3}"#, vec![testing::orders(&ORDERS)?])?;
    assert_eq!(answer.table.map(|table| table.height()), Some(1));
    assert_eq!(
        answer.notes,
        ["1 customers with fewer than 3 orders were left out"]
    );
    Ok(())
}

#[test]
fn the_model_mixes_the_own_mean_with_that_of_all() -> Result<()> {
    // All orders: 187 / 5 = 37.4. Ann: (112 + 5 · 37.4) / (3 + 5) = 37.375. Bob: (75 + 5 · 37.4) / (2 + 5) = 37.428 571 …
    let model =
        testing::run::<NewPluginModel>(r#"{"weight": 5}"#, vec![testing::orders(&ORDERS)?])?;
    assert_eq!(
        (
            model.figures.customers,
            model.figures.orders,
            model.figures.mean
        ),
        (2, 5, 37.4)
    );
    let table = testing::ask::<NewPluginModel, Predict>(&model, "{}", Vec::new())?
        .table
        .unwrap_or_default();
    let expected: Vec<f64> = table.column("expected")?.as_numbers()?.flatten().collect();
    assert!(
        (expected[0] - 37.375).abs() < 1e-12 && (expected[1] - 262.0 / 7.0).abs() < 1e-12,
        "{expected:?}"
    );
    Ok(())
}

#[test]
fn a_model_from_a_file_is_asked_about_other_customers() -> Result<()> {
    let model =
        testing::run::<NewPluginModel>(r#"{"weight": 1}"#, vec![testing::orders(&ORDERS)?])?;
    let saved = testing::saved(model);
    let others = Table::new(vec![
        Column::texts("customer", [Some("eve")]),
        Column::integers("orders", [Some(1)]),
        Column::numbers("mean", [Some(2.6)]),
    ])?;
    // (1 · 2.6 + 1 · 37.4) / 2 = 20.
    let table = testing::ask::<NewPluginModel, Predict>(&saved, "{}", vec![others])?
        .table
        .unwrap_or_default();
    assert_eq!(
        table.column("expected")?.as_numbers()?.collect::<Vec<_>>(),
        [Some(20.0)]
    );
    // It was saved without its rows.
    assert!(testing::ask::<NewPluginModel, Predict>(&saved, "{}", Vec::new()).is_err());
    Ok(())
}
