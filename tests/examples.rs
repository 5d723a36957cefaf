//! Every example of every function and word runs, and prints what its manual shows.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regulars::console::{Console, Manner};
use regulars::plugin::Plugin;
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::{self, Format, Value};
use regulars_plugin::{Date, Quiet};

const WIDTH: usize = 100;
const ROWS: usize = 20;

/// A session in which anything can be asked, with these plugins.
pub fn session(plugins: Vec<Plugin>) -> Session {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: ROWS };
    let console = Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))));
    let settings = Settings { plugins, params: Params::new(), seed: 1, today: Date::default() };
    Session::new(settings, console).unwrap()
}

fn text(value: &Value) -> String {
    let page = show::page(value, &Quiet, WIDTH, ROWS).unwrap();
    page.plain().trim_end().to_owned()
}

/// Runs the examples of a session's catalogue; answers how many ran.
fn run_all(plugins: Vec<Plugin>, only: Option<&str>) -> usize {
    let names: Vec<String> = {
        let session = session(plugins.clone());
        session.catalogue().entries().iter().map(|entry| entry.manual().name.clone()).collect()
    };
    let mut ran = 0;
    for name in names.iter().filter(|name| only.is_none_or(|only| only == name.as_str())) {
        let examples = session(plugins.clone()).catalogue().get(name).unwrap().manual().examples.clone();
        for example in examples {
            let outcome = session(plugins.clone()).run(&example.code);
            let value = outcome.answer.unwrap_or_else(|failure| panic!("{name}: {failure}\n{}", example.code));
            let shown = text(&value);
            assert!(!shown.is_empty(), "{name}: an example that shows nothing");
            if let Some(wanted) = &example.shows {
                assert_eq!(wanted.trim_end(), shown, "{name}: the example shows something else");
            }
            ran += 1;
        }
    }
    ran
}

#[test]
fn every_example_of_a_function_shows_what_its_manual_says() {
    assert!(run_all(Vec::new(), None) >= 3);
}

#[test]
fn every_example_of_a_word_runs() {
    let verbs = session(Vec::new()).catalogue().verbs().to_vec();
    let mut ran = 0;
    for verb in verbs.iter().filter(|verb| !verb.example.is_empty()) {
        let outcome = session(Vec::new()).run(verb.example);
        let value = outcome.answer.unwrap_or_else(|failure| panic!("{}: {failure}", verb.name));
        assert!(!text(&value).is_empty(), "{}: an example that shows nothing", verb.name);
        ran += 1;
    }
    assert!(ran >= 12, "only {ran} words have an example");
}

#[test]
fn the_example_of_the_plugin_shows_what_its_manual_says() {
    let plugin = crate::plugins::example().clone();
    assert_eq!(run_all(vec![plugin], Some("purchase_rhythm")), 1);
}

/// Data for a function and the options that it cannot do without.
fn needed(name: &str) -> (&'static str, &'static str) {
    const FOLLOWED: &str = "frame(#{days: [1.5, 2, 3, 4, 5, 6, 7, 8], quantity: [3, 1, 2, 2, 4, 5, 7, 6], \
        left: [1, 1, 0, 1, 1, 0, 1, 0], twice: [1, 0, 0, 1, 0, 1, 1, 0], before: [0, 0, 1, 0, 2, 0, 0, 3], \
        plan: [\"a\", \"b\", \"a\", \"a\", \"b\", \"b\", \"a\", \"b\"], reason: [\"x\", \"y\", \"\", \"x\", \"x\", \"\", \"y\", \"\"]})";
    match name {
        "survival" => (FOLLOWED, "duration: \"days\", event: \"left\""),
        "log_rank" => (FOLLOWED, "duration: \"days\", event: \"left\", by: \"plan\""),
        "competing_risks" => (FOLLOWED, "duration: \"days\", cause: \"reason\""),
        _ => ("sample(\"cdnow\")", ""),
    }
}

/// An option that changes nothing is not there: for each option, one value whose answer differs from the default's.
#[test]
fn every_option_changes_an_answer() {
    let changed = [
        ("rfm", "until", "\"1998-01-31\""),
        ("rfm", "bins", "3"),
        ("rfm", "cut", "\"rank\""),
        (
            "rfm",
            "cuts",
            "#{recency: [30, 60, 90, 180], frequency: [1, 2, 4, 8], monetary: [20, 50, 100, 300]}, cut: \"fixed\"",
        ),
        ("pareto_share", "until", "\"1997-06-30\""),
        ("pareto_share", "top", "0.1"),
        ("pareto_share", "classes", "[0.5, 0.7]"),
        ("pareto_share", "confidence", "0.8"),
        ("cohort_retention", "period", "\"quarter\""),
        ("cohort_retention", "kind", "\"unbounded\""),
        ("cohort_retention", "measure", "\"revenue\""),
        ("cohort_retention", "brackets", "[[1, 3], [4, 6]], kind: \"bracket\""),
        ("cohort_retention", "until", "\"1997-12-31\""),
        ("cohort_retention", "confidence", "0.8"),
        ("bg_nbd", "until", "\"1997-09-30\""),
        ("bg_nbd", "holdout_until", "\"1998-03-31\", until: \"1997-09-30\""),
        ("bg_nbd", "unit", "\"day\""),
        ("bg_nbd", "confidence", "0.8"),
        ("mbg_nbd", "until", "\"1997-09-30\""),
        ("mbg_nbd", "holdout_until", "\"1998-03-31\", until: \"1997-09-30\""),
        ("mbg_nbd", "unit", "\"day\""),
        ("mbg_nbd", "confidence", "0.8"),
        ("pareto_nbd", "until", "\"1997-09-30\""),
        ("pareto_nbd", "holdout_until", "\"1998-03-31\", until: \"1997-09-30\""),
        ("pareto_nbd", "unit", "\"day\""),
        ("pareto_nbd", "confidence", "0.8"),
        ("customer_summary", "until", "\"1997-09-30\""),
        ("customer_summary", "unit", "\"day\""),
        ("historic_value", "until", "\"1997-09-30\""),
        ("historic_value", "margin", "0.3"),
        ("simple_clv", "until", "\"1998-03-31\""),
        ("simple_clv", "lifetime", "\"3y\""),
        ("simple_clv", "churn_span", "\"2mo\""),
        ("simple_clv", "margin", "0.3"),
        ("simple_clv", "confidence", "0.8"),
        ("customer_profit", "until", "\"1997-09-30\""),
        ("customer_profit", "margin", "0.3"),
        ("customer_profit", "cost_per_order", "5"),
        ("customer_profit", "cost_per_customer", "50"),
        ("customer_profit", "confidence", "0.8, cost_per_order: 20"),
        ("gamma_gamma", "until", "\"1997-09-30\""),
        ("gamma_gamma", "confidence", "0.8"),
        ("bg_bb", "period", "\"week\""),
        ("bg_bb", "until", "\"1997-12-31\""),
        ("bg_bb", "confidence", "0.8"),
        ("clv", "until", "\"1997-09-30\""),
        ("clv", "horizon", "\"39w\""),
        ("clv", "discount", "0.02"),
        ("clv", "model", "\"mbg_nbd\""),
        ("clv", "margin", "0.3"),
        ("clv", "unit", "\"day\""),
        ("clv", "confidence", "0.8"),
        ("churn_rate", "period", "\"quarter\""),
        ("churn_rate", "within", "3"),
        ("churn_rate", "kind", "\"lapsed\""),
        ("churn_rate", "measure", "\"revenue\""),
        ("churn_rate", "until", "\"1997-12-31\""),
        ("churn_rate", "confidence", "0.8"),
        ("survival", "duration", "\"quantity\""),
        ("survival", "event", "\"twice\""),
        ("survival", "by", "\"plan\""),
        ("survival", "entry", "\"before\""),
        ("survival", "method", "\"nelson_aalen\""),
        ("survival", "interval", "\"plain\""),
        ("survival", "confidence", "0.8"),
        ("survival", "horizon", "2"),
        ("log_rank", "duration", "\"quantity\""),
        ("log_rank", "event", "\"twice\""),
        ("log_rank", "by", "\"twice\""),
        ("log_rank", "weights", "\"peto\""),
        ("log_rank", "p", "1, q: 1, weights: \"fleming_harrington\""),
        ("log_rank", "q", "1, weights: \"fleming_harrington\""),
        ("log_rank", "strata", "\"twice\""),
        ("competing_risks", "duration", "\"quantity\""),
        ("competing_risks", "cause", "\"twice\""),
        ("competing_risks", "by", "\"plan\""),
        ("competing_risks", "entry", "\"before\""),
        ("competing_risks", "confidence", "0.8"),
        ("competing_risks", "horizon", "2"),
    ];
    let shown = |code: &str| {
        let value = session(Vec::new()).run(code).answer.unwrap_or_else(|failure| panic!("{code}: {failure}"));
        show::export(&value, Format::Json, &Quiet).unwrap()
    };
    for function in regulars::analytics::functions() {
        let manual = function.manual();
        let (data, wanted) = needed(&manual.name);
        let usual = shown(&format!("{data}.{}(#{{{wanted}}})", manual.name));
        for option in &manual.options {
            let case = changed.iter().find(|(name, word, _)| *name == manual.name && *word == option.name);
            let (_, _, value) = case.unwrap_or_else(|| panic!("no case for {}.{}", manual.name, option.name));
            // An option that is needed stands there once, with the other value.
            let rest = wanted.split(", ").filter(|one| !one.starts_with(&format!("{}:", option.name)));
            let rest: String = rest.map(|one| format!(", {one}")).collect();
            let other = shown(&format!("{data}.{}(#{{{}: {value}{rest}}})", manual.name, option.name));
            assert!(other != usual, "{}.{} changes nothing", manual.name, option.name);
        }
    }
}

/// The reference page in the repository is the one that the declarations give.
#[test]
fn the_reference_is_up_to_date() {
    let made = regulars::notebook::reference(session(Vec::new()).catalogue());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/REFERENCE.md");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == made,
        "scripts/REFERENCE.md is stale: `cargo run -- --no-plugins reference > scripts/REFERENCE.md`"
    );
}
