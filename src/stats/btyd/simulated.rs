//! The models against data made from known parameters, and laws that must hold for any data.

use super::beta_dropout::BetaDropout;
use super::likelihood::{Kernel, Local};
use super::pareto_nbd::GammaDropout;
use super::witnesses::cdnow;
use super::*;
use crate::Unwatched;
use crate::Watch;
use crate::optimise::by_differences;
use crate::simulate::Stream;

/// Draws for the simulations.
pub(super) fn draws(seed: u64) -> Stream {
    Stream::new(seed, 0, 0)
}

/// A customer's purchases up to `age`, and the number after it up to `age + horizon`.
fn live(
    draw: &mut Stream,
    pace: f64,
    mut stops: impl FnMut(&mut Stream, f64) -> bool,
    age: f64,
    horizon: f64,
) -> (Purchases, u32) {
    let (mut at, mut seen, mut later) = (0.0, Purchases { repeats: 0, last: 0.0, age }, 0);
    loop {
        let next = at + draw.exponential(pace);
        if stops(draw, next) || next > age + horizon {
            return (seen, later);
        }
        at = next;
        if at <= age {
            seen.repeats += 1;
            seen.last = at;
        } else {
            later += 1;
        }
    }
}

pub(super) fn pareto_customer(draw: &mut Stream, model: ParetoNbd, age: f64, horizon: f64) -> (Purchases, u32) {
    let pace = draw.gamma(model.r) / model.alpha;
    let rate = draw.gamma(model.s) / model.beta;
    let end = draw.exponential(rate);
    live(draw, pace, |_, next| next > end, age, horizon)
}

/// `first` says whether the first purchase is a chance to stop too.
pub(super) fn beta_customer(
    draw: &mut Stream,
    model: [f64; 4],
    first: bool,
    age: f64,
    horizon: f64,
) -> (Purchases, u32) {
    let [r, alpha, a, b] = model;
    let pace = draw.gamma(r) / alpha;
    let p = draw.beta(a, b);
    // The customer stops after a purchase: what is asked before the next one is whether the last one was the end.
    let mut purchases = 0;
    let stops = |draw: &mut Stream, _: f64| {
        purchases += 1;
        (purchases > 1 || first) && draw.uniform() < p
    };
    live(draw, pace, stops, age, horizon)
}

/// Of 60 samples of 1,500, how many intervals of 95 % hold each true parameter: 57 are expected with a standard
/// deviation of 1.7; below 51 would be a chance of 1 in 1,000 for one of the twelve, and the intervals are asymptotic.
fn coverage(
    truth: [f64; 4],
    fit: impl Fn(&[Purchases]) -> Vec<Estimate>,
    mut sample: impl FnMut(&mut Stream) -> Purchases,
) {
    let mut held = [0; 4];
    for seed in 0..60 {
        let mut draw = draws(seed);
        let customers: Vec<Purchases> = (0..1500).map(|_| sample(&mut draw)).collect();
        for (place, estimate) in fit(&customers).iter().enumerate() {
            let interval = estimate.interval(0.95);
            held[place] += i32::from(interval.lower <= truth[place] && truth[place] <= interval.upper);
        }
    }
    assert!(held.iter().all(|count| *count >= 51), "{held:?} of 60");
}

#[test]
fn intervals_hold_the_truth_at_about_their_rate() {
    let none = Covariates::default();
    let truth = [0.8, 8.0, 0.9, 2.5];
    coverage(
        truth,
        |customers| BgNbd::fit(customers, &none, &Unwatched).unwrap().estimates,
        |draw| beta_customer(draw, truth, false, 52.0, 0.0).0,
    );
    coverage(
        truth,
        |customers| MbgNbd::fit(customers, &none, &Unwatched).unwrap().estimates,
        |draw| beta_customer(draw, truth, true, 52.0, 0.0).0,
    );
    let truth = [1.2, 6.0, 0.9, 20.0];
    let model = ParetoNbd { r: 1.2, alpha: 6.0, s: 0.9, beta: 20.0 };
    coverage(
        truth,
        |customers| ParetoNbd::fit(customers, &none, &Unwatched).unwrap().estimates,
        |draw| pareto_customer(draw, model, 78.0, 0.0).0,
    );
}

/// What really follows, of 20,000 customers made from the parameters, against what is foreseen: the total within four
/// standard deviations of a sum, and at least the promised share within the intervals (counts cannot be split, so more).
fn foresight(model: &dyn BuyTillYouDie, mut sample: impl FnMut(&mut Stream, f64) -> (Purchases, u32)) {
    let mut draw = draws(7);
    let (mut expected, mut seen, mut squares, mut inside) = (0.0, 0.0, 0.0, 0);
    let customers = 20_000;
    for place in 0..customers {
        let age = 20.0 + f64::from(place % 30);
        let (history, later) = sample(&mut draw, age);
        let foreseen = model.outlook(history).foresee(26.0, 0.9);
        let later = f64::from(later);
        expected += foreseen.expected;
        seen += later;
        squares += (later - foreseen.expected).powi(2);
        inside += i32::from(foreseen.lower <= later && later <= foreseen.upper);
    }
    assert!((expected - seen).abs() < 4.0 * squares.sqrt(), "{expected} against {seen}");
    assert!(f64::from(inside) >= 0.893 * f64::from(customers), "{inside} of {customers}");
}

#[test]
fn what_is_foreseen_comes_true() {
    let four = [1.1, 6.0, 0.9, 4.0];
    let [r, alpha, a, b] = four;
    foresight(&BgNbd { r, alpha, a, b }, |draw, age| beta_customer(draw, four, false, age, 26.0));
    foresight(&MbgNbd { r, alpha, a, b }, |draw, age| beta_customer(draw, four, true, age, 26.0));
    let model = ParetoNbd { r: 1.1, alpha: 6.0, s: 0.7, beta: 15.0 };
    foresight(&model, |draw, age| pareto_customer(draw, model, age, 26.0));
}

#[test]
fn effects_of_covariates_are_found() {
    // 6,000 customers, one who is a member buys e^.6 times as often and stops e^−.5 times as soon. Four standard errors.
    let mut draw = draws(3);
    let mut member = Vec::new();
    let mut customers = Vec::new();
    for place in 0..6000 {
        let is = f64::from(place % 2);
        let model = ParetoNbd { r: 1.0, alpha: 8.0 * (-0.6 * is).exp(), s: 0.8, beta: 15.0 * (0.5 * is).exp() };
        customers.push(pareto_customer(&mut draw, model, 60.0, 0.0).0);
        // In a unit of its own: effects are per unit of the column.
        member.push(is * 100.0);
    }
    let covariates = Covariates { columns: vec![("member".into(), member.clone())] };
    let fitted = ParetoNbd::fit(&customers, &covariates, &Unwatched).unwrap();
    for (name, truth) in [("purchase: member", 0.006), ("dropout: member", -0.005)] {
        let effect = fitted.estimates.iter().find(|estimate| estimate.name == name).unwrap();
        assert!(
            (effect.value - truth).abs() < 4.0 * effect.standard_error && effect.standard_error < 0.002,
            "{effect:?}"
        );
        assert!(!effect.positive);
    }
    let effects: Vec<f64> = fitted.estimates[4..].iter().map(|effect| effect.value).collect();
    let with = fitted.model.shifted(&effects, &[100.0]);
    assert!((with.alpha / fitted.model.alpha - (-100.0 * fitted.estimates[4].value).exp()).abs() < 1e-12);
    // Nothing to learn: a constant, a copy, and a column of another length.
    let faulty = |columns: Vec<(String, Vec<f64>)>| {
        ParetoNbd::fit(&customers, &Covariates { columns }, &Unwatched)
            .map(|fitted| fitted.customers)
            .unwrap_err()
            .to_string()
    };
    assert!(faulty(vec![("one".into(), vec![1.0; 6000])]).contains("the same for every customer"));
    let copy = member.iter().map(|value| 3.0 - value).collect();
    assert!(faulty(vec![("member".into(), member), ("not".into(), copy)]).contains("is told by `member` already"));
    assert!(faulty(vec![("short".into(), vec![1.0])]).contains("has 1 values for 6000"));
}

fn by_hand<K: Kernel>(kernel: &K, at: [f64; 4], purchases: Purchases) {
    let local = |place: &[f64]| -> Local {
        let mut local = kernel.of_times([place[0], place[1], place[2], place[3]], purchases);
        local.add(&kernel.of_count([place[0], place[1], place[2], place[3]], purchases.repeats), 1.0);
        local
    };
    let slow = by_differences(&|place| local(place).value, &at);
    let quick = local(&at);
    for one in 0..4 {
        // Differences of 1e-3 lose up to 1e-6 of parameters near 1.
        let near = |found: f64, wanted: f64| (found - wanted).abs() < 2e-5 * wanted.abs().max(1.0);
        assert!(near(quick.gradient[one], slow.gradient[one]), "{one}: {quick:?} {slow:?}");
        for two in one..4 {
            assert!(near(quick.hessian[one][two], slow.hessian[(one, two)]), "{one} {two}: {quick:?} {slow:?}");
        }
    }
}

#[test]
fn derivatives_are_those_of_the_value() {
    for (repeats, last) in [(0, 0.0), (1, 0.4), (4, 2.9), (9, 3.0)] {
        let purchases = Purchases { repeats, last, age: 3.0 };
        for at in [[0.8, 1.5, 0.9, 2.0], [2.0, 0.7, 1.4, 0.6]] {
            by_hand(&BetaDropout::AtRepeats, at, purchases);
            by_hand(&BetaDropout::AtEvery, at, purchases);
            by_hand(&GammaDropout, at, purchases);
        }
    }
}

#[test]
fn neither_order_nor_unit_nor_threads_change_the_answer() {
    let customers = cdnow();
    let none = Covariates::default();
    let fitted = ParetoNbd::fit(&customers, &none, &Unwatched).unwrap();
    let mut turned = customers.clone();
    turned.reverse();
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let again = one_thread.install(|| ParetoNbd::fit(&turned, &none, &Unwatched)).unwrap();
    assert_eq!((fitted.estimates.clone(), fitted.log_likelihood), (again.estimates, again.log_likelihood));
    // In days: r and s stay, α and β are seven times as long, the density of 7 times as long times falls by ln 7 each.
    let days: Vec<Purchases> =
        customers.iter().map(|one| Purchases { last: one.last * 7.0, age: one.age * 7.0, ..*one }).collect();
    let daily = ParetoNbd::fit(&days, &none, &Unwatched).unwrap();
    for (week, day) in fitted.estimates.iter().zip(&daily.estimates) {
        let factor = if matches!(week.name.as_str(), "alpha" | "beta") { 7.0 } else { 1.0 };
        // The likelihood is flat at its top: where it rests is sure to 1e-6.
        assert!((day.value / week.value / factor - 1.0).abs() < 1e-6, "{week:?} {day:?}");
    }
    let purchases: f64 = customers.iter().map(|one| f64::from(one.repeats)).sum();
    assert!((daily.log_likelihood - (fitted.log_likelihood - purchases * 7f64.ln())).abs() < 1e-6);
}

#[test]
fn probabilities_add_up_and_intervals_nest() {
    let models: [&dyn BuyTillYouDie; 3] = [
        &BgNbd { r: 0.24, alpha: 4.4, a: 0.79, b: 2.4 },
        &MbgNbd { r: 0.52, alpha: 6.2, a: 0.89, b: 1.6 },
        &ParetoNbd { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 },
    ];
    for model in models {
        for (repeats, last, age) in
            [(0, 0.0, 38.9), (3, 10.0, 38.9), (26, 38.0, 38.9), (400, 38.9, 38.9), (2, 0.5, 0.6)]
        {
            let outlook = model.outlook(Purchases { repeats, last, age });
            assert!((0.0..=1.0).contains(&outlook.alive));
            let mut before = 0.0;
            for horizon in [0.0, 1e-6, 1.0, 39.0, 5000.0] {
                let chances = outlook.probabilities(horizon, 30);
                assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12 && chances.iter().all(|one| *one >= 0.0));
                let (narrow, wide) = (outlook.foresee(horizon, 0.5), outlook.foresee(horizon, 0.99));
                assert!(wide.lower <= narrow.lower && narrow.lower <= narrow.upper && narrow.upper <= wide.upper);
                assert!(narrow.expected >= before);
                before = narrow.expected;
            }
        }
    }
    // BG/NBD cannot lose a customer who never came back; the two others can.
    let once = Purchases { repeats: 0, last: 0.0, age: 38.9 };
    assert_eq!(models[0].outlook(once).alive, 1.0);
    assert!(models[1].outlook(once).alive < 1.0 && models[2].outlook(once).alive < 1.0);
}

struct Impatient;

impl Watch for Impatient {
    fn stopped(&self) -> bool {
        true
    }
    fn progress(&self, _: u64, _: u64) {}
}

#[test]
fn data_that_tell_nothing_are_refused_in_words() {
    let none = Covariates::default();
    let fit = |customers: &[Purchases]| BgNbd::fit(customers, &none, &Unwatched).map(|fitted| fitted.estimates);
    let one = |repeats: u32, last: f64, age: f64| Purchases { repeats, last, age };
    assert_eq!(fit(&[]).unwrap_err(), NoFit::Nobody);
    assert_eq!(fit(&[one(0, 0.0, 0.0); 20]).unwrap_err(), NoFit::NoTime);
    assert_eq!(fit(&[one(0, 0.0, 5.0); 20]).unwrap_err(), NoFit::NobodyRepeats { customers: 20 });
    assert_eq!(fit(&[one(1, 3.0, 5.0); 3]).unwrap_err(), NoFit::TooFew { customers: 3, wanted: 10, parameters: 4 });
    assert_eq!(fit(&[one(1, 3.0, 5.0); 30]).unwrap_err(), NoFit::AllAlike { customers: 30 });
    for (purchases, word) in [
        (one(1, 6.0, 5.0), "after the end"),
        (one(0, 1.0, 5.0), "no repeat purchase"),
        (one(2, 0.0, 5.0), "at the moment of the first"),
        (one(2, -1.0, 5.0), "negative"),
        (one(2, 1.0, f64::NAN), "no numbers"),
    ] {
        assert!(fit(&[one(0, 0.0, 1.0), purchases]).unwrap_err().to_string().contains(word));
    }
    // Everybody goes on buying, each third of a week: nobody stops, and all at one pace.
    let steady: Vec<Purchases> = (10..60).map(|age| one(age * 3, f64::from(age) - 0.1, f64::from(age))).collect();
    let told = fit(&steady).unwrap_err();
    assert!(matches!(told, NoFit::RanOff { .. }), "{told}");
    assert_eq!(BgNbd::fit(&cdnow(), &none, &Impatient).map(|fitted| fitted.customers).unwrap_err(), NoFit::Stopped);
}
