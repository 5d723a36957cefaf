#![allow(clippy::excessive_precision, reason = "the witnesses are written as they were found")]

use super::*;
use crate::Unwatched;

/// Table 3 of the paper: donors of 1995 by number and year of their later gifts, 1996 to 2001, and how many there are.
const DONATIONS: [(u32, u32, u64); 22] = [
    (0, 0, 3464),
    (1, 1, 1091),
    (1, 2, 277),
    (1, 3, 129),
    (1, 4, 78),
    (1, 5, 119),
    (1, 6, 129),
    (2, 2, 613),
    (2, 3, 255),
    (2, 4, 155),
    (2, 5, 173),
    (2, 6, 234),
    (3, 3, 322),
    (3, 4, 181),
    (3, 5, 225),
    (3, 6, 357),
    (4, 4, 240),
    (4, 5, 284),
    (4, 6, 512),
    (5, 5, 335),
    (5, 6, 728),
    (6, 6, 1203),
];

const PUBLISHED: BgBb = BgBb { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };

fn donations() -> Vec<(History, u64)> {
    DONATIONS.iter().map(|&(x, t_x, count)| (History { x, t_x, n: 6 }, count)).collect()
}

#[test]
fn donations_as_published() {
    // Fader, Hardie and Shang (2010): 11,104 donors; α 1.204, β .750, γ .657, δ 2.783, log-likelihood −33,225.58, printed
    // to as many decimals.
    let fit = fit_bg_bb(&donations(), &Unwatched).unwrap();
    assert_eq!(fit.customers, 11_104);
    assert!((fit.log_likelihood + 33_225.58).abs() < 0.005, "{}", fit.log_likelihood);
    let BgBb { alpha, beta, gamma, delta } = fit.model;
    assert!((alpha - 1.204).abs() < 6e-4 && (beta - 0.750).abs() < 6e-4, "{:?}", fit.model);
    assert!((gamma - 0.657).abs() < 6e-4 && (delta - 2.783).abs() < 6e-4, "{:?}", fit.model);
    assert_eq!(fit.maximum.agreeing, fit.maximum.starts);
    assert!(fit.intervals(0.95).iter().zip([alpha, beta, gamma, delta]).all(|(it, at)| it.lower < at && at < it.upper));
}

#[test]
fn what_is_foreseen_agrees_with_mpmath() {
    // The paper's formulas (its closed form of the expectation, not the sum used here) in 40 digits of mpmath, at the
    // published parameters. The paper's tables print .11 and .93 for the first and last chance, .07 and 3.75 purchases.
    let wanted = [
        ((0, 0), 0.108_016_584_168_674_19, 0.072_802_877_475_012_43, -1.167_262_472_673_893_8),
        ((1, 1), 0.069_408_093_206_549_67, 0.085_635_398_337_870_307, -2.288_531_685_666_257_98),
        ((2, 5), 0.804_471_594_641_560_02, 1.442_895_370_405_118_9, -5.506_584_592_618_568_5),
        ((4, 4), 0.200_133_434_200_639_04, 0.583_026_847_902_404_19, -3.848_303_519_431_099_5),
        ((6, 6), 0.930_402_542_372_881_34, 3.752_115_607_599_814_8, -2.182_248_447_618_299_8),
    ];
    let histories: Vec<History> = wanted.iter().map(|((x, t_x), ..)| History { x: *x, t_x: *t_x, n: 6 }).collect();
    let found = PUBLISHED.foresee(&histories, 5);
    for ((history, found), (_, alive, purchases, ln)) in histories.iter().zip(&found).zip(wanted) {
        // Some twenty roundings of numbers of size 10.
        assert!((found.alive - alive).abs() < 1e-13, "{found:?}");
        assert!((found.purchases - purchases).abs() < 1e-12, "{found:?}");
        assert!((PUBLISHED.ln_likelihood(*history) - ln).abs() < 1e-13);
    }
    let chances = PUBLISHED.distribution(History { x: 2, t_x: 5, n: 6 }, 3);
    let wanted =
        [0.427_146_801_950_744_77, 0.302_025_997_309_383_9, 0.200_570_453_443_957_16, 0.070_256_747_295_914_16];
    assert!(chances.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-12), "{chances:?}");
}

#[test]
fn chances_add_to_one_and_to_the_expectation() {
    for history in [(0, 0, 0), (0, 0, 6), (3, 4, 9), (9, 9, 9)] {
        let history = History { x: history.0, t_x: history.1, n: history.2 };
        let chances = PUBLISHED.distribution(history, 8);
        let mean: f64 = chances.iter().enumerate().map(|(more, chance)| more as f64 * chance).sum();
        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let foreseen = PUBLISHED.foresee(&[history], 8)[0];
        assert!((foreseen.purchases - mean).abs() < 1e-11, "{foreseen:?} {mean}");
        assert!((0.0..=1.0).contains(&foreseen.alive));
    }
    // Before anything was seen, the expectation is that of a fresh customer.
    let fresh = PUBLISHED.foresee(&[History { x: 0, t_x: 0, n: 0 }], 5)[0];
    assert!((fresh.purchases - PUBLISHED.expected_purchases(5)).abs() < 1e-12);
}

#[test]
fn all_histories_together_are_certain() {
    // Every sequence of five opportunities: the likelihoods of all histories, each as often as it can come about, are 1.
    let mut total = 0.0;
    for used in 0_u32..32 {
        let history = History { x: used.count_ones(), t_x: 32 - used.leading_zeros(), n: 5 };
        total += PUBLISHED.ln_likelihood(history).exp();
    }
    assert!((total - 1.0).abs() < 1e-13, "{total}");
}

#[test]
fn formulas_and_differences_agree() {
    let counted = Counted::new(&donations());
    let at = [0.1, -0.2, -0.5, 0.9];
    let formulas = counted.derivatives(&at);
    let differences = crate::optimise::by_differences(&|at| counted.value(at), &at);
    // The differences lose about 1e-16 of the value over the square of the distance, 1e-6.
    assert!((&formulas.gradient - &differences.gradient).amax() < 1e-5, "{formulas:?} {differences:?}");
    assert!((&formulas.hessian - &differences.hessian).amax() < 1e-2, "{formulas:?} {differences:?}");
}

#[test]
fn what_tells_no_parameters_says_why() {
    let fit = |histories: &[(u32, u32, u32, u64)]| {
        let histories: Vec<(History, u64)> =
            histories.iter().map(|&(x, t_x, n, count)| (History { x, t_x, n }, count)).collect();
        fit_bg_bb(&histories, &Unwatched).map(|fit| fit.model)
    };
    assert_eq!(fit(&[]), Err(NoBgBb::NoOpportunity));
    assert_eq!(fit(&[(0, 0, 0, 5)]), Err(NoBgBb::NoOpportunity));
    assert_eq!(fit(&[(0, 0, 6, 5)]), Err(NoBgBb::NobodyRepeats));
    assert_eq!(fit(&[(6, 6, 6, 5), (3, 3, 3, 5)]), Err(NoBgBb::EverybodyBuys));
    assert_eq!(fit(&[(0, 0, 2, 5), (1, 1, 2, 5)]), Err(NoBgBb::Few { histories: 2 }));
    assert!(matches!(fit(&[(3, 2, 6, 5)]), Err(NoBgBb::Impossible(_))));
    assert!(matches!(fit(&[(1, 0, 6, 5)]), Err(NoBgBb::Impossible(_))));
    // Coins thrown by all alike, who never stop: neither kind of difference is there to be found.
    let coins: Vec<(u32, u32, u32, u64)> =
        (0_u32..32).map(|used| (used.count_ones(), 32 - used.leading_zeros(), 5, 100)).collect();
    let found = fit(&coins);
    assert!(matches!(found, Err(NoBgBb::BuyingAlike | NoBgBb::StoppingAlike | NoBgBb::Unsettled { .. })), "{found:?}");
}
