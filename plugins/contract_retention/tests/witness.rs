//! The figures of the paper, and what the model says of tables that no firm has.

use regulars_contract_retention::{ContractRetention, Lifetime, Predict};
use regulars_plugin::{Column, Failure, Result, Table, testing};

/// Fader and Hardie (2007), table 1: customers left of 1000, "high end" and "regular".
const HIGH_END: [i64; 13] = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394];
const REGULAR: [i64; 13] = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173];

fn renewals(counts: &[i64]) -> Result<Table> {
    Table::new(vec![
        Column::integers("period", (0..counts.len()).map(|period| Some(period as i64))),
        Column::integers("customers", counts.iter().copied().map(Some)),
    ])
}

fn numbers(table: &Table, name: &str) -> Result<Vec<f64>> {
    Ok(table.column(name)?.as_numbers()?.flatten().collect())
}

#[test]
fn the_parameters_are_those_of_the_paper() -> Result<()> {
    // The paper fits periods 0 to 7 and prints three digits.
    for (counts, alpha, beta) in [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)] {
        let model = testing::run::<ContractRetention>(r#"{"until": 7}"#, vec![renewals(&counts)?])?;
        let parameters = &model.further[0].1;
        let found = numbers(parameters, "estimate")?;
        assert!((found[0] - alpha).abs() < 5e-4 && (found[1] - beta).abs() < 5e-4, "{found:?}");
        let (lower, upper) = (numbers(parameters, "lower")?, numbers(parameters, "upper")?);
        assert!(lower[0] < alpha && alpha < upper[0] && lower[1] < beta && beta < upper[1]);
        // The model is made to tell of the years that it has not seen: within two points after twelve of them.
        let last = numbers(
            &testing::ask::<ContractRetention, Predict>(&model, r#"{"periods": 1}"#, vec![])?.table.unwrap_or_default(),
            "survival",
        )?;
        let expected = numbers(model.table.as_ref().unwrap_or(&Table::default()), "expected")?;
        assert!((expected[12] - counts[12] as f64 / 1000.0).abs() < 0.02, "{expected:?}");
        assert!(last[0] < expected[12]);
    }
    Ok(())
}

#[test]
fn retention_rises_although_nobody_changes_and_payments_add_up() -> Result<()> {
    let model = testing::run::<ContractRetention>("{}", vec![renewals(&REGULAR)?])?;
    let table = testing::ask::<ContractRetention, Predict>(&model, r#"{"periods": 30}"#, vec![])?.table;
    let retention = numbers(&table.unwrap_or_default(), "retention")?;
    assert!(retention.windows(2).all(|pair| pair[0] < pair[1]) && retention.len() == 30);
    // A discount of 1000 % leaves little but the first payment; one of a tenth is the sum of the curve.
    let worth = |options: &str| -> Result<f64> {
        let answer = testing::ask::<ContractRetention, Lifetime>(
            &testing::saved(testing::run::<ContractRetention>("{}", vec![renewals(&REGULAR)?])?),
            options,
            vec![],
        )?;
        Ok(answer.figures.discounted_periods)
    };
    assert!((worth(r#"{"discount": 10}"#)? - 1.06).abs() < 0.01);
    assert!(worth(r#"{"discount": 0.1}"#)? > 2.5);
    Ok(())
}

#[test]
fn tables_that_no_firm_has_are_told() -> Result<()> {
    let said = |counts: &[i64]| -> Result<String> {
        let answer = testing::run::<ContractRetention>("{}", vec![renewals(counts)?]);
        Ok(answer.map(|_| ()).err().as_ref().map(Failure::to_string).unwrap_or_default())
    };
    assert!(said(&[100, 90])?.starts_with("there are 2 periods"));
    assert!(said(&[100, 90, 95])?.contains("nobody comes back"));
    assert!(said(&[100, 100, 100])?.starts_with("nobody left"));
    assert!(said(&[100, 50, 0])?.starts_with("nobody is left"));
    assert!(said(&[1_000_000, 500_000, 250_000, 125_000])?.starts_with("all customers seem to leave at the same rate"));
    Ok(())
}
