//! The models against published values and against mpmath 1.3 at 40 to 120 digits (closed forms of the papers, with their
//! hypergeometric functions where they have them; integrals where they have none).

use super::*;
use crate::Unwatched;

/// The 1/10 sample of CDNOW (Fader and Hardie), summarised: x counts later days with a purchase, times in days / 7, to
/// the end of 1997-09-30.
pub(super) fn cdnow() -> Vec<Purchases> {
    let day = |text: &str| {
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
        // Days before the month in 1997; 1998 is a common year as well.
        let months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        (number(0..4) - 1997) * 365 + months[number(4..6) as usize - 1] + number(6..8) - 1
    };
    let mut days: std::collections::BTreeMap<&str, std::collections::BTreeSet<i64>> = Default::default();
    for line in include_str!("../../files/samples/cdnow.txt").lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if day(fields[2]) <= 272 {
            days.entry(fields[1]).or_default().insert(day(fields[2]));
        }
    }
    let summary = |days: &std::collections::BTreeSet<i64>| {
        let (first, last) = (*days.first().unwrap(), *days.last().unwrap());
        Purchases { repeats: days.len() as u32 - 1, last: (last - first) as f64 / 7.0, age: (272 - first) as f64 / 7.0 }
    };
    days.values().map(summary).collect()
}

fn close(found: f64, wanted: f64, relative: f64, what: impl std::fmt::Debug) {
    assert!((found - wanted).abs() <= relative * wanted.abs().max(1e-3), "{found:e} instead of {wanted:e}: {what:?}");
}

fn one(x: u32, last: f64, age: f64) -> Purchases {
    Purchases { repeats: x, last, age }
}

fn alone(purchases: Purchases) -> Histories {
    Histories::new(&[purchases], &[]).unwrap()
}

#[test]
fn likelihoods_of_beta_dropout_at_extremes() {
    // Rounding of ln(α + T) times r + x = 500 leaves 1e-13 of the value.
    for ([r, alpha, a, b], (x, last, age), bg, mbg) in [
        ([0.2426, 4.4136, 0.7929, 2.4259], (0, 0.0, 38.86), -0.5538199112894309, -0.38639269169309826),
        ([0.2426, 4.4136, 0.7929, 2.4259], (2, 30.43, 38.86), -9.459673450115993, -9.688226995761136),
        ([0.2426, 4.4136, 0.7929, 2.4259], (5, 38.86, 38.86), -17.953660875408566, -18.070012910721257),
        ([0.2426, 4.4136, 0.7929, 2.4259], (500, 30.0, 38.86), 824.8689400504236, 824.8653708246001),
        ([0.2426, 4.4136, 0.7929, 2.4259], (500, 38.86, 38.86), 716.7189995395968, 716.7174194980444),
        ([0.2426, 4.4136, 0.7929, 2.4259], (3, 1e-06, 1e-05), -5.336570354176711, -5.50136435851835),
        ([0.2426, 4.4136, 0.7929, 2.4259], (2, 1000.0, 1000000.0), -18.294571622623373, -18.715474663737055),
        ([30.0, 20000.0, 40.0, 900.0], (4, 100.0, 5000.0), -29.263127990737395, -29.307516785383726),
        ([0.001, 0.0001, 0.001, 20.0], (1, 0.1, 300.0), -12.485823625607214, -12.492139969872614),
    ] {
        let at = (x, last, age);
        close(BgNbd { r, alpha, a, b }.log_likelihood(&alone(one(x, last, age))), bg, 1e-13, at);
        close(MbgNbd { r, alpha, a, b }.log_likelihood(&alone(one(x, last, age))), mbg, 1e-13, at);
    }
}

#[test]
fn likelihoods_and_chances_to_be_alive_of_pareto_nbd_at_extremes() {
    // The quadrature is good to about 1e-13 of the integral; P(alive) of 1e-41 to as much of itself.
    for ([r, alpha, s, beta], (x, last, age), value, alive) in [
        ([0.5533, 10.578, 0.6062, 11.669], (0, 0.0, 38.86), -0.5212313930428776, 0.29511816029135085),
        ([0.5533, 10.578, 0.6062, 11.669], (2, 30.43, 38.86), -9.554253621632506, 0.8691242543735004),
        ([0.5533, 10.578, 0.6062, 11.669], (5, 38.86, 38.86), -17.67556524373592, 1.0),
        ([0.5533, 10.578, 0.6062, 11.669], (500, 30.0, 38.86), 748.207411085259, 8.820760854560356e-41),
        ([0.5533, 10.578, 0.6062, 11.669], (500, 38.86, 38.86), 655.9785304034906, 1.0),
        ([0.5533, 10.578, 0.6062, 11.669], (3, 1e-06, 1e-05), -6.290419117917753, 0.9999995324531322),
        ([0.5533, 10.578, 0.6062, 11.669], (2, 1000.0, 1000000.0), -20.867541889360023, 1.7926594209879905e-09),
        ([0.5533, 10.578, 0.6062, 11.669], (2, 38.8599999, 38.86), -9.69452279890091, 0.9999999988002929),
        ([0.5, 1000.0, 0.6, 0.001], (1, 0.5, 80.0), -11.34335451783739, 0.042986629583646116),
        ([0.5, 0.001, 0.6, 1000.0], (1, 0.5, 80.0), -9.996850679914937, 0.4632865736901948),
        ([0.55, 10.0, 0.6, 10.0], (7, 20.0, 39.0), -20.321115856516556, 0.202422615137761),
        ([40.0, 300.0, 0.02, 1e-05], (0, 0.0, 39.0), -1.4538921525209807, 0.023793498597381245),
        ([2.0, 5.0, 25.0, 600.0], (3, 4.0, 52.0), -7.244739556395025, 0.0001748713853106691),
    ] {
        let model = ParetoNbd { r, alpha, s, beta };
        close(model.log_likelihood(&alone(one(x, last, age))), value, 1e-12, (x, last, age));
        let found = model.outlook(one(x, last, age)).alive;
        assert!((found / alive - 1.0).abs() < 1e-11, "{found:e} instead of {alive:e}: {x} {last} {age}");
    }
}

#[test]
fn futures_against_closed_forms_and_integrals() {
    // P(X ≥ n) is one less a sum of probabilities, so absolute 1e-12; for lives cut into parts of ten points 1e-9.
    for (future, horizon, mean, tails) in [
        (
            Future::Beta { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 },
            39.0,
            1.1950476815137787,
            [0.4257000802994946, 0.095383429251618, 0.002512958922719595],
        ),
        (
            Future::Beta { r: 2.2426, alpha: 43.27, a: 0.7929, b: 4.4259 },
            39.0,
            1.6872910291665746,
            [0.7633033293056483, 0.1242358547071213, 1.606899135409337e-06],
        ),
        (
            Future::Beta { r: 2.2426, alpha: 43.27, a: 0.7929, b: 4.4259 },
            5000.0,
            26.76216539905294,
            [0.9999767934645939, 0.6584852790435026, 0.261015410873566],
        ),
        (
            Future::Beta { r: 500.2, alpha: 43.0, a: 0.8, b: 502.0 },
            39.0,
            344.89420759462786,
            [1.0, 0.9952437529378091, 0.970711717587997],
        ),
        (
            Future::Beta { r: 0.01, alpha: 0.02, a: 0.03, b: 0.05 },
            39.0,
            10.073598700645242,
            [0.07296223324137908, 0.03346995009895097, 0.022381365625082895],
        ),
        (
            Future::Beta { r: 3.0, alpha: 10.0, a: 1.0000001, b: 2.0 },
            0.001,
            0.0002999800016651835,
            [0.00029994000999850024, 5.9966406499752e-16, 0.0],
        ),
        (
            Future::Beta { r: 5.0, alpha: 2.0, a: 30.0, b: 400.0 },
            1000000.0,
            14.793103448275861,
            [1.0, 0.8053801926893169, 0.2605069211136608],
        ),
        (
            Future::Gamma { r: 0.5533, alpha: 10.578, s: 0.6062, beta: 11.669 },
            39.0,
            1.2134656128166477,
            [0.40648482967895316, 0.10933224627587755, 0.00111798645228145],
        ),
        (
            Future::Gamma { r: 2.5533, alpha: 49.438, s: 0.6062, beta: 50.529 },
            39.0,
            1.6742546380374062,
            [0.6810494968789116, 0.1441062274009479, 2.00921943838199e-06],
        ),
        (
            Future::Gamma { r: 2.5533, alpha: 49.438, s: 1.0000000001, beta: 50.529 },
            39.0,
            1.492757284350794,
            [0.629895970925703, 0.12288780606960781, 1.6285651304633667e-06],
        ),
        (
            Future::Gamma { r: 40.0, alpha: 50.0, s: 0.3, beta: 0.5 },
            60.0,
            15.831134278895775,
            [0.741162869636833, 0.5059351916262761, 0.30941313544336946],
        ),
        (
            Future::Gamma { r: 0.01, alpha: 0.02, s: 3.0, beta: 400.0 },
            39.0,
            16.97842995833355,
            [0.0704738695020714, 0.05337995320564611, 0.03720488083338836],
        ),
    ] {
        close(future.mean(horizon), mean, 1e-11, (future, horizon));
        let outlook = Outlook { alive: 1.0, future };
        let chances = outlook.probabilities(horizon, 19);
        for (n, wanted) in [(1, tails[0]), (4, tails[1]), (20, tails[2])] {
            let tail: f64 = chances[n..].iter().sum();
            assert!((tail - wanted).abs() < 1e-9, "P(X ≥ {n}) {tail:e} instead of {wanted:e}: {future:?} {horizon}");
        }
        // The mean of the foreseen number is the same mean, whichever way it is computed.
        close(outlook.foresee(horizon, 0.9).expected, mean, 1e-11, (future, horizon));
    }
}

#[test]
fn cdnow_bg_nbd() {
    // Fader, Hardie and Lee (2005), table 2 and their spreadsheet; −9582.4292 from the event log (days / 7).
    let fitted = BgNbd::fit(&cdnow(), &Covariates::default(), &Unwatched).unwrap();
    assert!((fitted.log_likelihood + 9582.4292).abs() < 5e-5, "{}", fitted.log_likelihood);
    for ((estimate, value), error) in
        fitted.estimates.iter().zip([0.2426, 4.4136, 0.7929, 2.4259]).zip([0.0126, 0.378, 0.186, 0.705])
    {
        // Printed to four digits and to three; the paper's times are rounded to hundredths of a week.
        assert!((estimate.value - value).abs() < 1e-3 * value, "{estimate:?}");
        assert!((estimate.standard_error - error).abs() < 0.01 * error, "{estimate:?}");
        assert!(!estimate.is_weak());
    }
    assert!(fitted.search.gradient < 1e-6 && fitted.search.agreeing == 3);
    let published = BgNbd { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };
    let foreseen = published.outlook(one(2, 30.43, 38.86)).foresee(39.0, 0.95);
    assert!((foreseen.expected - 1.226).abs() < 5e-4, "{foreseen:?}");
}

#[test]
fn cdnow_pareto_nbd() {
    // R's BTYD: r .5533, α 10.578, s .6062, β 11.669, log-likelihood −9594.976 from the rounded summary file; β is weakly
    // told, so the likelihood is the test.
    let fitted = ParetoNbd::fit(&cdnow(), &Covariates::default(), &Unwatched).unwrap();
    assert!((fitted.log_likelihood + 9594.976).abs() < 5e-3, "{}", fitted.log_likelihood);
    for (estimate, value) in fitted.estimates.iter().zip([0.5533, 10.578, 0.6062, 11.669]) {
        assert!((estimate.value - value).abs() < 5e-3 * value, "{estimate:?}");
    }
    assert!(fitted.search.agreeing == 3);
}

#[test]
fn cdnow_mbg_nbd() {
    // lifetimes 0.11.3 on the same event log: r .524843, α 6.183082, a .891360, b 1.614003; its search stops at 1e-6.
    let fitted = MbgNbd::fit(&cdnow(), &Covariates::default(), &Unwatched).unwrap();
    for (estimate, value) in fitted.estimates.iter().zip([0.524843, 6.183082, 0.891360, 1.614003]) {
        assert!((estimate.value - value).abs() < 5e-6 * value, "{estimate:?}");
    }
}

#[test]
fn cdnow_in_the_hold_out_and_as_a_cohort() {
    // NUMBERS: 1653 purchases in weeks 40 to 78, by BG/NBD with P(alive) and the 2357 customers' histories.
    let customers = cdnow();
    let model = BgNbd::fit(&customers, &Covariates::default(), &Unwatched).unwrap().model;
    let foreseen: f64 = customers.iter().map(|one| model.outlook(*one).expected(39.0)).sum();
    assert!((foreseen - 1653.0).abs() < 1.0, "{foreseen}");
    // Customers by number of repeat purchases: Fader, Hardie and Lee (2005), figure 1, is a graph only, so the sum over
    // everybody is the test, and that nobody is lost.
    let population = Population::alike(Model::BgNbd(model));
    let counts = expected_by_count(&population, &Histories::new(&customers, &[]).unwrap(), 7);
    assert!((counts.iter().sum::<f64>() - 2357.0).abs() < 1e-6);
    // By hand: the share without a repeat is the mean of (α / (α + T))^r.
    let none: f64 = customers.iter().map(|one| (model.alpha / (model.alpha + one.age)).powf(model.r)).sum();
    assert!((counts[0] - none).abs() < 1e-6);
    // Two customers who came on days 0 and 7, looked at on days 7 and 14: E(1 week) and E(2 weeks) + E(1 week).
    let came = |day: i32| Newcomers { day, pattern: 0, customers: 1.0 };
    let curve = expected_by_day(&population, 7.0, &[came(0), came(7)], &[-3, 0, 7, 14], &Unwatched).unwrap();
    let (one, two) = (model.newcomer().expected(1.0), model.newcomer().expected(2.0));
    assert_eq!(curve, [0.0, 0.0, one, two + one]);
}
