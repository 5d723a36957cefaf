use std::collections::BTreeMap;

use super::*;
use crate::Unwatched;

/// Repeat purchase days up to 1997-09-30 and their mean spend, of the CDNOW sample that the project ships.
fn cdnow() -> (Vec<f64>, Vec<f64>) {
    let mut days: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
    for line in include_str!("../../../files/samples/cdnow.txt").lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        if let [_, customer, date, _, amount] = cells[..]
            && date <= "19970930"
        {
            *days.entry(customer).or_default().entry(date).or_default() += amount.parse::<f64>().unwrap();
        }
    }
    days.values()
        .filter(|days| days.len() > 1)
        .map(|days| (days.len() as f64 - 1.0, days.values().skip(1).sum::<f64>() / (days.len() as f64 - 1.0)))
        .unzip()
}

#[test]
fn cdnow_as_published() {
    // Fader and Hardie (2013): p 6.25, q 3.74, γ 15.44, log-likelihood −4055.92, printed to two decimals; the fourth
    // decimal of the likelihood and the standard errors from scipy 1.x on the same 946 customers (Nelder–Mead to 1e-10,
    // curvature by differences, good to about 1e-4 of its value).
    let (x, m) = cdnow();
    let fit = fit_gamma_gamma(&x, &m, &Unwatched).unwrap();
    assert_eq!(fit.customers, 946);
    assert!((fit.log_likelihood + 4_055.917_694_8).abs() < 1e-6, "{}", fit.log_likelihood);
    let GammaGamma { p, q, gamma } = fit.model;
    assert!((p - 6.249_572).abs() < 2e-5 && (q - 3.744_224).abs() < 2e-5 && (gamma - 15.443_52).abs() < 2e-4);
    for (found, wanted) in fit.standard_errors().iter().zip([1.190_07, 0.290_135, 4.159_476]) {
        assert!((found / wanted - 1.0).abs() < 2e-4, "{found} {wanted}");
    }
    assert!((fit.correlation - 0.113_887_92).abs() < 1e-8, "{}", fit.correlation);
    assert_eq!(fit.maximum.agreeing, fit.maximum.starts);
    // The authors' note: expected spend of the first customers of the file, to two decimals.
    for (x, m, spend) in [(2.0, 22.35, 24.66), (1.0, 11.77, 18.91), (0.0, 0.0, 35.17), (7.0, 73.74, 71.46)] {
        let found = fit.model.expected_spend(x, m).unwrap();
        assert!((found - spend).abs() < 0.006, "{x} {m} {found}");
    }
}

#[test]
fn the_interval_of_a_customers_mean_is_that_of_a_gamma_quantile() {
    // scipy's gamma.ppf at the parameters of the fit above, to the digits printed.
    let model = GammaGamma { p: 6.249_572_06, q: 3.744_224_26, gamma: 15.443_519_55 };
    let found = model.spend_intervals(&[2.0, 0.0, 7.0], &[22.35, 0.0, 73.74], 0.95);
    let wanted = [(15.008_816_86, 40.290_162_1), (11.516_862_52, 100.279_419_74), (47.0, 96.0)];
    for (found, (lower, upper)) in found.iter().zip(wanted).take(2) {
        assert!((found.lower / lower - 1.0).abs() < 1e-6 && (found.upper / upper - 1.0).abs() < 1e-6, "{found:?}");
    }
    assert!((found[2].lower - 53.657_545_12).abs() < 1e-5 && (found[2].upper - 95.048_717_13).abs() < 1e-5);
}

#[test]
fn the_unit_of_money_does_not_matter() {
    let (x, m) = cdnow();
    let dollars = fit_gamma_gamma(&x, &m, &Unwatched).unwrap();
    for factor in [1e9, 1e-6] {
        let other: Vec<f64> = m.iter().map(|m| m * factor).collect();
        let fit = fit_gamma_gamma(&x, &other, &Unwatched).unwrap();
        assert!((fit.model.p / dollars.model.p - 1.0).abs() < 1e-7);
        assert!((fit.model.q / dollars.model.q - 1.0).abs() < 1e-7);
        assert!((fit.model.gamma / (dollars.model.gamma * factor) - 1.0).abs() < 1e-7);
        let moved = dollars.log_likelihood - 946.0 * f64::ln(factor);
        assert!((fit.log_likelihood - moved).abs() < 1e-6 * moved.abs());
    }
}

#[test]
fn formulas_and_differences_agree() {
    let (x, m) = cdnow();
    let spends = Spends::new(&x[..200], &m[..200]);
    let at = [1.5, 1.1, 2.9];
    let formulas = spends.derivatives(&at);
    let differences = crate::optimise::by_differences(&|at| spends.value(at), &at);
    assert!((formulas.value - spends.value(&at)).abs() < 1e-9);
    assert!((&formulas.gradient - &differences.gradient).amax() < 1e-5, "{formulas:?} {differences:?}");
    assert!((&formulas.hessian - &differences.hessian).amax() < 1e-2, "{formulas:?} {differences:?}");
}

#[test]
fn what_tells_no_parameters_says_why() {
    let fit = |x: &[f64], m: &[f64]| fit_gamma_gamma(x, m, &Unwatched).map(|fit| fit.model);
    assert_eq!(fit(&[1.0, 2.0], &[5.0, 6.0]), Err(NoSpendModel::Few { customers: 2 }));
    assert_eq!(fit(&[1.0; 9], &[5.0; 9]), Err(NoSpendModel::Identical));
    assert_eq!(fit(&[1.0, 1.0, 2.0, 4.0], &[5.0, 6.0, -1.0, 4.0]), Err(NoSpendModel::Unusable { place: 2 }));
    assert_eq!(fit(&[1.0, 1.0, 2.0, 4.0], &[5.0, f64::NAN, 1.0, 4.0]), Err(NoSpendModel::Unusable { place: 1 }));
    // Means that come nearer to each other faster than chance would bring them with more purchases: no difference is left.
    let purchases: Vec<f64> = (0..60).map(|place| f64::from(1 + place / 2 % 9)).collect();
    let alike: Vec<f64> =
        purchases.iter().enumerate().map(|(place, x)| 10.0 + if place % 2 == 0 { 4.0 } else { -4.0 } / x).collect();
    assert_eq!(fit(&purchases, &alike), Err(NoSpendModel::Alike));
    for why in [NoSpendModel::Identical, NoSpendModel::Alike, NoSpendModel::Few { customers: 2 }] {
        assert!(why.to_string().len() > 30);
    }
}
