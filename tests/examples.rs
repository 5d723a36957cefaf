//! Every example of every function and word runs, and prints what its manual shows.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regulars::catalogue::VerbGroup;
use regulars::console::{Console, Manner};
use regulars::notebook::{self, Wrong, examples, try_out};
use regulars::plugin::Plugin;
use regulars::session::{Loaded, Session, open_plugin};
use regulars::show::{self, Format, Value};
use regulars_plugin::Quiet;

fn console() -> Arc<Console> {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    Arc::new(Console::new(manner, Arc::new(AtomicBool::new(false))))
}

/// A session in which anything can be asked, with these plugins.
pub fn session(plugins: Vec<Plugin>) -> Session {
    session_with(plugins.into_iter().map(Loaded::from).collect())
}

/// The same with plugins of either kind.
pub fn session_with(plugins: Vec<Loaded>) -> Session {
    notebook::session(&plugins, console()).unwrap()
}

/// Runs the examples of a session's catalogue; answers how many ran.
pub fn run_all(plugins: Vec<Loaded>, only: Option<&str>) -> usize {
    let session = session_with(plugins.clone());
    let manuals = session.catalogue().entries().iter().map(|entry| entry.manual());
    let mut ran = 0;
    for manual in manuals.filter(|manual| only.is_none_or(|only| only == manual.name)) {
        for (name, example) in examples(manual) {
            match try_out(&plugins, console(), example) {
                Ok(_) => ran += 1,
                Err(Wrong::Failed(failure)) => panic!("{name}: {failure}\n{}", example.code),
                Err(Wrong::ShowsNothing) => panic!("{name}: an example that shows nothing"),
                Err(Wrong::Differs { found }) => {
                    assert_eq!(example.shows.as_deref(), Some(found.as_str()), "{name}: it shows something else")
                }
            }
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
        let shown = notebook::shown(&[], console(), verb.example);
        let shown = shown.unwrap_or_else(|failure| panic!("{}: {failure}", verb.name));
        // What is claimed of something and holds has no more to say.
        let is_claim = verb.group == VerbGroup::Tests;
        assert!(!shown.is_empty() || is_claim, "{}: an example that shows nothing", verb.name);
        ran += 1;
    }
    assert!(ran >= 12, "only {ran} words have an example");
}

#[test]
fn the_examples_of_the_plugins_show_what_their_manuals_say() {
    for plugin in crate::plugins::examples() {
        assert_eq!(run_all(vec![plugin.clone().into()], Some(plugin.name())), 1, "{}", plugin.name());
    }
}

#[test]
fn the_examples_of_the_script_plugin_show_what_their_manuals_say() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/team.rhai");
    let plugin = open_plugin(&path, None).unwrap();
    for manual in plugin.manuals() {
        assert_eq!(run_all(vec![plugin.clone()], Some(&manual.name)), 1, "{}", manual.name);
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
        (
            "rfm",
            "segments",
            "[#{segment: \"recent\", r: \"4-5\"}, #{segment: \"gone\", r: \"1-3\", m: 5}, #{segment: \"gone\", r: \"1-3\", m: \"1-4\"}]",
        ),
        ("match_customers", "id", "\"number\""),
        ("match_customers", "columns", "#{first_name: \"text\", surname: \"text\", dob: \"date\", email: \"email\"}"),
        ("match_customers", "blocks", "[\"email\", \"surname\"]"),
        ("match_customers", "max_pairs", "10"),
        ("match_customers", "precision", "0.9999"),
        ("match_customers", "threshold", "0.9"),
        ("match_customers", "join", "\"connected\""),
        ("match_customers", "nicknames", "#{oliver: \"harry\", lola: \"amelia\"}"),
        ("match_customers", "rare_counts_more", "false"),
        ("match_customers", "other", "sample(\"people\").head(50)"),
        ("match_customers", "names", "[\"old\", \"new\"], other: sample(\"people\").head(50)"),
        ("match_customers", "inside", "true, other: sample(\"people\").head(50)"),
        ("match_customers", "between", "\"file\""),
        ("match_customers", "labels", "\"person\""),
        ("match_customers", "learn_from_labels", "true, labels: \"person\""),
        ("match_customers", "seed", "99"),
        ("segment_migration", "from", "\"1997-10-31\""),
        ("segment_migration", "until", "\"1998-04-30\""),
        ("segment_migration", "bins", "3"),
        ("segment_migration", "cut", "\"rank\""),
        (
            "segment_migration",
            "cuts",
            "#{recency: [30, 60, 90, 180], frequency: [1, 2, 4, 8], monetary: [20, 50, 100, 300]}, cut: \"fixed\"",
        ),
        ("segment_migration", "segments", "[#{segment: \"recent\", r: \"4-5\"}, #{segment: \"gone\", r: \"1-3\"}]"),
        ("segment_migration", "limits", "\"first\""),
        ("segment_migration", "confidence", "0.8"),
        ("kmeans", "columns", "[\"amount\"]"),
        ("kmeans", "k", "[2, 4]"),
        ("kmeans", "starts", "3"),
        ("kmeans", "seed", "99"),
        ("kmeans", "scale", "\"range\""),
        ("kmeans", "sample", "100"),
        ("segment_by", "rules", "[#{segment: \"big\", when: \"amount > 50\"}]"),
        ("segment_by", "otherwise", "\"the rest\""),
        ("segment_by", "overlap", "\"refuse\""),
        ("segment_profile", "segment", "\"quarter\""),
        ("segment_profile", "columns", "[\"amount\"]"),
        ("segment_profile", "values", "5"),
        ("segment_profile", "confidence", "0.8"),
        ("crosstab", "rows", "\"quantity\""),
        ("crosstab", "columns", "\"quantity\""),
        ("crosstab", "measure", "\"amount\""),
        ("crosstab", "summary", "\"mean\", measure: \"amount\""),
        ("crosstab", "normalize", "\"rows\""),
        ("crosstab", "bias_correction", "true"),
        ("crosstab", "confidence", "0.8"),
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
        ("bg_nbd", "covariates", "\"quantity\""),
        ("mbg_nbd", "until", "\"1997-09-30\""),
        ("mbg_nbd", "holdout_until", "\"1998-03-31\", until: \"1997-09-30\""),
        ("mbg_nbd", "unit", "\"day\""),
        ("mbg_nbd", "confidence", "0.8"),
        ("mbg_nbd", "covariates", "[\"quantity\"]"),
        ("pareto_nbd", "until", "\"1997-09-30\""),
        ("pareto_nbd", "holdout_until", "\"1998-03-31\", until: \"1997-09-30\""),
        ("pareto_nbd", "unit", "\"day\""),
        ("pareto_nbd", "confidence", "0.8"),
        ("pareto_nbd", "covariates", "[\"quantity\"]"),
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
        ("churn_features", "until", "\"1997-12-31\""),
        ("churn_features", "horizon", "\"30d\""),
        ("churn_features", "label", "false"),
        ("churn_model", "target", "\"region\", positive: \"north\", columns: [\"frequency\", \"recency\"]"),
        ("churn_model", "positive", "\"south\", target: \"region\", columns: [\"frequency\", \"recency\"]"),
        ("churn_model", "columns", "[\"frequency\"]"),
        ("churn_model", "id", "\"recency\""),
        ("churn_model", "until", "\"1997-12-31\""),
        ("churn_model", "kind", "\"boosted_trees\""),
        ("churn_model", "penalty", "5"),
        ("churn_model", "lasso_share", "1, penalty: 5"),
        ("churn_model", "class_weights", "\"balanced\""),
        ("churn_model", "intervals", "\"profile\""),
        ("churn_model", "trees", "7, kind: \"boosted_trees\""),
        ("churn_model", "depth", "1, kind: \"boosted_trees\""),
        ("churn_model", "rate", "0.5, kind: \"boosted_trees\""),
        ("churn_model", "subsample", "0.5, kind: \"boosted_trees\""),
        ("churn_model", "folds", "3"),
        ("churn_model", "bins", "4"),
        ("churn_model", "seed", "99"),
        ("churn_model", "confidence", "0.8"),
        ("cox", "duration", "\"weeks\""),
        ("cox", "event", "\"often\""),
        ("cox", "covariates", "[\"frequency\"]"),
        ("cox", "ties", "\"breslow\""),
        ("cox", "strata", "[\"region\"]"),
        ("cox", "robust", "true"),
        ("cox", "cluster", "\"region\""),
        ("cox", "weights", "\"many\""),
        ("cox", "penalty", "3"),
        ("cox", "time_scale", "\"log\""),
        ("cox", "confidence", "0.8"),
        ("accelerated_failure_time", "duration", "\"weeks\""),
        ("accelerated_failure_time", "event", "\"often\""),
        ("accelerated_failure_time", "covariates", "[\"frequency\"]"),
        ("accelerated_failure_time", "distribution", "\"log_normal\""),
        ("accelerated_failure_time", "confidence", "0.8"),
        ("simulate", "customers", "21"),
        ("simulate", "seed", "99"),
        ("simulate", "from", "\"2023-02-01\""),
        ("simulate", "until", "\"2024-06-30\""),
        ("simulate", "joined_by", "\"2023-06-30\""),
        ("simulate", "process", "\"pareto_nbd\""),
        ("simulate", "unit", "\"month\""),
        ("simulate", "r", "2"),
        ("simulate", "alpha", "2"),
        ("simulate", "a", "5"),
        ("simulate", "b", "0.5"),
        ("simulate", "s", "4, process: \"pareto_nbd\""),
        ("simulate", "beta", "1, process: \"pareto_nbd\""),
        ("simulate", "p", "2"),
        ("simulate", "q", "6"),
        ("simulate", "gamma", "30"),
        ("simulate", "products", "5"),
        ("simulate", "zipf", "0"),
        ("simulate", "physical", "1"),
        ("simulate", "currency", "\"CHF\""),
        ("simulate", "tables", "\"truth\""),
        ("simulate", "dirt", "\"heavy\""),
        ("simulate", "shares", "#{typos: 0.5}"),
        ("unify", "sources", "#{a: A}"),
        ("unify", "id", "\"name\""),
        ("unify", "ids", "#{a: \"name\"}"),
        ("unify", "keys", "[\"name\"]"),
        ("unify", "references", "#{of: \"a\"}"),
        ("unify", "unique", "[\"phone\"]"),
        ("unify", "most", "2"),
        ("unify", "not", "unify(#{sources: SOURCES}).log.head(1)"),
        ("unify", "previous", "frame(#{source: [\"a\"], id: [\"1\"], customer: [\"ann\"]})"),
        ("dictionary", "tables", "#{people: sample(\"people\").head(9)}"),
        ("dictionary", "data", "\"static\""),
        ("dictionary", "meanings", "#{orders: #{amount: \"what was paid, with tax\"}}"),
        ("dictionary", "examples", "0"),
        ("customer_360", "customers", "A.head(2)"),
        ("customer_360", "transactions", "sample(\"cdnow\").head(20)"),
        ("customer_360", "events", "SHOP.events"),
        ("customer_360", "feedback", "SHOP.feedback"),
        ("customer_360", "tickets", "SHOP.tickets"),
        ("customer_360", "deals", "SHOP.deals"),
        ("customer_360", "ids", "unify(#{sources: #{a: A, b: C}})"),
        ("customer_360", "as_of", "\"2023-12-31\""),
        ("customer_360", "rule", "\"most_complete\""),
        ("customer_360", "rules", "#{name: \"most_complete\"}"),
        ("customer_360", "trusted", "[\"a\"]"),
        ("customer_360", "updated", "\"since\""),
        ("customer_360", "earlier", "customer_360(#{transactions: sample(\"cdnow\").head(9)}).state"),
        ("customer_360", "previous", "frame(#{customer: [1]})"),
        ("customer_360", "attributes", "[\"city\"]"),
        ("standardize", "columns", "#{paid: \"text\"}"),
        ("standardize", "country", "\"FR\""),
        ("standardize", "country_column", "\"land\""),
        ("standardize", "day_first", "false"),
        ("standardize", "decimal_comma", "true"),
        ("standardize", "to", "\"USD\""),
        ("standardize", "currency", "\"other\""),
        ("standardize", "date", "\"later\""),
        ("standardize", "rates", "RATES.tail(2)"),
        ("deduplicate", "by", "\"customer\""),
        ("deduplicate", "ignore", "[\"amount\"]"),
        ("deduplicate", "keep", "\"earliest\""),
        ("deduplicate", "order_by", "\"amount\""),
        ("match_returns", "prefix", "\"C\""),
        ("match_returns", "within", "3"),
        ("profile", "columns", "[\"amount\"]"),
        ("profile", "top", "2"),
        ("profile", "today", "\"1998-01-01\""),
        ("validate", "columns", "#{quantity: #{max: 2}}"),
        ("validate", "rows", "[\"quantity < 5\"]"),
        ("validate", "keys", "[\"customer\", \"date\"]"),
        ("validate", "references", "#{customer: #{table: sample(\"cdnow\").head(50)}}"),
        ("validate", "fresh", "#{column: \"date\", within: \"3y\"}"),
        ("validate", "drift", "#{against: sample(\"cdnow\").head(500).profile().bins}"),
        ("validate", "closed", "true"),
        ("validate", "least_rows", "100000"),
        ("validate", "today", "\"1998-07-01\", fresh: #{column: \"date\", within: \"2d\"}"),
        ("validate", "most_failing", "5"),
        ("validate", "on_failure", "\"fail\""),
    ];
    let shown = |code: &str| match session(Vec::new()).run(code).answer {
        // Of a record all of its tables, and its notes.
        Ok(Value::Record(record)) => {
            let tables = record.table.iter().chain(record.further.iter().map(|(_, table)| table));
            let tables = tables.map(|table| show::export(&Value::Frame(table.clone()), Format::Json, &Quiet).unwrap());
            format!("{:?} {} {:?}", record.figures, tables.collect::<String>(), record.notes)
        }
        Ok(value) => show::export(&value, Format::Json, &Quiet).unwrap(),
        Err(failure) if REFUSES.iter().any(|refused| code.contains(refused)) => failure.to_string(),
        Err(failure) => panic!("{code}: {failure}"),
    };
    for function in regulars::analytics::functions() {
        let manual = function.manual();
        let (table, needed) = NEEDED
            .iter()
            .find(|(name, ..)| *name == manual.name)
            .map_or(("sample(\"cdnow\")", &[][..]), |(_, table, needed)| (*table, *needed));
        let call = |changed: Option<(&str, &str)>| {
            let kept = needed.iter().filter(|(name, _)| changed.is_none_or(|(word, _)| word != *name));
            let options = kept.copied().chain(changed).map(|(name, value)| format!("{name}: {value}"));
            // Lines that make something first, for a function that works on no table.
            let dot = if table.is_empty() || table.ends_with("; ") { "" } else { "." };
            format!("{table}{dot}{}(#{{{}}})", manual.name, options.collect::<Vec<_>>().join(", "))
        };
        let usual = shown(&call(None));
        for option in &manual.options {
            let case = changed.iter().find(|(name, word, _)| *name == manual.name && *word == option.name);
            let (_, _, value) = case.unwrap_or_else(|| panic!("no case for {}.{}", manual.name, option.name));
            let other = shown(&call(Some((&option.name, value))));
            assert!(other != usual, "{}.{} changes nothing", manual.name, option.name);
        }
    }
}

/// What a function cannot do without: a table of its own, and options that must be given.
type Needed = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const NEEDED: [Needed; 21] = [
    ("dictionary", "", &[("tables", "#{orders: sample(\"cdnow\")}")]),
    ("simulate", "", &[("customers", "20"), ("seed", "3")]),
    ("unify", RECORDS, &[("sources", "SOURCES")]),
    ("customer_360", RECORDS, &[("customers", "#{a: A, b: C}")]),
    ("churn_features", "sample(\"cdnow\")", &[("until", "\"1997-09-30\"")]),
    ("churn_model", CHURNED, &[]),
    (
        "cox",
        FEATURES,
        &[("duration", "\"recency\""), ("event", "\"churned\""), ("covariates", "[\"frequency\", \"monetary\"]")],
    ),
    (
        "accelerated_failure_time",
        FEATURES,
        &[("duration", "\"recency\""), ("event", "\"churned\""), ("covariates", "[\"frequency\", \"monetary\"]")],
    ),
    ("survival", FOLLOWED, &[("duration", "\"days\""), ("event", "\"left\"")]),
    ("log_rank", FOLLOWED, &[("duration", "\"days\""), ("event", "\"left\""), ("by", "\"plan\"")]),
    ("competing_risks", FOLLOWED, &[("duration", "\"days\""), ("cause", "\"reason\"")]),
    ("kmeans", "sample(\"cdnow\").head(300)", &[("columns", "[\"quantity\", \"amount\"]"), ("k", "3")]),
    ("crosstab", QUARTERS, &[("rows", "\"quarter\""), ("columns", "\"many\"")]),
    ("segment_profile", QUARTERS, &[("segment", "\"many\"")]),
    ("segment_by", "sample(\"cdnow\")", &[("rules", RULES)]),
    (
        "match_customers",
        "sample(\"people\").reverse().with_row_index(\"number\").with_columns((col(\"unique_id\") % 2).alias(\"file\"))",
        &[
            ("id", "\"unique_id\""),
            ("columns", "[\"first_name\", \"surname\", \"dob\", \"email\"]"),
            ("blocks", "[\"email\", \"surname\", \"dob\"]"),
        ],
    ),
    ("validate", "sample(\"cdnow\")", &[("columns", "#{amount: #{min: 10}}")]),
    (
        "standardize",
        MESSY,
        &[
            ("columns", "#{born: \"date\", phone: \"phone\", paid: \"money\", size: \"number\"}"),
            ("to", "\"EUR\""),
            ("rates", "RATES"),
            ("date", "\"day\""),
            ("currency", "\"of\""),
        ],
    ),
    ("deduplicate", "sample(\"cdnow\").head(60)", &[("keep", "\"latest\""), ("order_by", "\"date\"")]),
    ("match_returns", RETURNED, &[]),
    ("segment_migration", "sample(\"cdnow\")", &[("from", "\"1997-09-30\""), ("until", "\"1998-03-31\"")]),
];
/// Two rows of which every option of `standardize` changes something; after the rates.
const MESSY: &str = "let RATES = frame(#{currency: [\"USD\", \"USD\", \"EUR\"], rate: [0.9, 0.8, 1.1], \
    date: [date(\"2024-01-01\"), date(\"2024-03-01\"), date(\"2024-01-01\")]}); \
    frame(#{born: [\"3/4/1990\", \"1/2/1991\"], phone: [\"0612345678\", \"020 7946 0958\"], paid: [\"5\", \"$ 7\"], \
    size: [\"1,234\", \"2,345\"], of: [\"USD\", \"USD\"], other: [\"EUR\", \"EUR\"], land: [\"France\", \"UK\"], \
    day: [date(\"2024-02-01\"), date(\"2024-02-01\")], later: [date(\"2024-04-01\"), date(\"2024-04-01\")]})";
/// An order that is cancelled by its number, and one that comes back after a week.
const RETURNED: &str = "frame(#{customer: [1, 1, 1, 1], date: [date(\"2024-01-01\"), date(\"2024-01-02\"), date(\"2024-01-03\"), \
    date(\"2024-01-08\")], order: [\"1\", \"2\", \"C1\", \"3\"], amount: [5.0, 8.0, 0.0, -8.0]})";
/// Two systems that know some of the same people; `C` has the ids of `A`, later and with less.
const RECORDS: &str = "let A = frame(#{customer: [1, 2, 3], name: [\"ann\", \"bob\", \"cyd\"], city: [\"Rome\", \"Oslo\", \"Bonn\"], \
    email: [\"a@x.org\", \"b@x.org\", \"b@x.org\"], phone: [\"5550001\", \"5550002\", \"5550003\"], \
    updated: [date(\"2024-01-01\"), date(\"2024-01-01\"), date(\"2024-01-01\")], \
    since: [date(\"2024-03-01\"), date(\"2024-03-01\"), date(\"2024-03-01\")]}); \
    let B = frame(#{customer: [7, 8], name: [\"cyd\", \"bob\"], email: [\"a@x.org\", \"b@x.org\"], of: [2, 3], \
    phone: [\"5550009\", \"5550004\"]}); \
    let C = frame(#{customer: [1, 2], name: [\"Ann\", \"Bob\"], updated: [date(\"2024-02-01\"), date(\"2024-02-01\")], \
    since: [date(\"2023-01-01\"), date(\"2023-01-01\")]}); \
    let SOURCES = #{a: A, b: B}; let SHOP = simulate(#{customers: 40, seed: 1}); ";
const QUARTERS: &str = "sample(\"cdnow\").with_columns([col(\"date\").dt.quarter().alias(\"quarter\"), \
    (col(\"quantity\") > 3).alias(\"many\"), col(\"date\").dt.month().cast(\"text\").alias(\"month\")])";
const FOLLOWED: &str = "frame(#{days: [1.5, 2, 3, 4, 5, 6, 7, 8], quantity: [3, 1, 2, 2, 4, 5, 7, 6], \
    left: [1, 1, 0, 1, 1, 0, 1, 0], twice: [1, 0, 0, 1, 0, 1, 1, 0], before: [0, 0, 1, 0, 2, 0, 0, 3], \
    plan: [\"a\", \"b\", \"a\", \"a\", \"b\", \"b\", \"a\", \"b\"], reason: [\"x\", \"y\", \"\", \"x\", \"x\", \"\", \"y\", \"\"]})";
const FEATURES: &str = "sample(\"cdnow\").churn_features(#{until: \"1997-09-30\"}).head(400)\
    .filter(col(\"recency\") > 0).with_columns([(col(\"frequency\") > 2).alias(\"often\"), (col(\"recency\") / 7).ceil().alias(\"weeks\"), \
    (col(\"customer\") % 3 + 1).alias(\"many\"), lit(date(\"1997-10-01\")).dt.offset_by(\"1d\").alias(\"seen\"), \
    when(col(\"monetary\") > 40).then(\"south\").otherwise(\"north\").alias(\"region\")])";
/// The same with few columns.
const CHURNED: &str = "sample(\"cdnow\").churn_features(#{until: \"1997-09-30\"}).head(400)\
    .select([\"customer\", \"frequency\", \"recency\", \"monetary\", \"churned\"]).with_columns([lit(date(\"1997-10-01\")).dt.offset_by(\"1d\").alias(\"seen\"), \
    when(col(\"monetary\") > 40).then(\"south\").otherwise(\"north\").alias(\"region\")])";
const RULES: &str = "[#{segment: \"big\", when: \"amount > 50\"}, #{segment: \"several\", when: \"quantity > 2\"}]";
/// Values whose change is that the call is refused.
const REFUSES: [&str; 3] = ["overlap: \"refuse\"", "max_pairs: 10", "on_failure: \"fail\""];

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
