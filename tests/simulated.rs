//! Made-up customers: the truth is found again, the same seed makes the same, and all dirt is written down.

use regulars::analytics::clean::Simulate;
use regulars::table::Frame;
use regulars_plugin::{Context, Function, Input, NoTable, Quiet, StandardTable};
use serde_json::{Value as Json, json};

use crate::examples::session;
use crate::witnesses::answer;

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

/// Each estimate within three and a half of its standard errors: one of seven leaves that once in 300 seeds. Customers
/// buy so slowly here that hardly any two orders fall on one day, which the models count as one purchase.
#[test]
fn a_fit_finds_the_parameters_that_the_data_were_made_from() {
    let sim = "let sim = simulate(#{customers: 4000, seed: 3, from: \"2018-01-01\", until: \"2021-12-31\", r: 1.2, alpha: 40, \
        a: 0.8, b: 4, p: 5, q: 4, gamma: 30, tables: \"transactions\"}); ";
    for (fit, truths) in [
        ("sim.transactions.bg_nbd()", vec![("r", 1.2), ("alpha", 40.0), ("a", 0.8), ("b", 4.0)]),
        ("sim.transactions.gamma_gamma()", vec![("p", 5.0), ("q", 4.0), ("gamma", 30.0)]),
    ] {
        let found = answer(&format!("{sim}{fit}.parameters"));
        for (row, (name, truth)) in rows(&found).iter().zip(truths) {
            assert_eq!(row["parameter"], name);
            let number = |column: &str| row[column].as_f64().unwrap();
            let off = (number("estimate") - truth) / number("standard_error");
            assert!(off.abs() < 3.5, "{name}: {row}");
        }
    }
    let pareto = "simulate(#{customers: 3000, seed: 3, process: \"pareto_nbd\", from: \"2018-01-01\", until: \"2021-12-31\", r: 1.2, \
        alpha: 40, s: 0.8, beta: 60, tables: \"transactions\"}).transactions.pareto_nbd().parameters";
    for (row, truth) in rows(&answer(pareto)).iter().zip([1.2, 40.0, 0.8, 60.0]) {
        let off = (row["estimate"].as_f64().unwrap() - truth) / row["standard_error"].as_f64().unwrap();
        assert!(off.abs() < 3.5, "{row}");
    }
}

fn made(options: Json, threads: usize) -> Vec<(String, Frame)> {
    let simulate: Simulate = Simulate::manual().configure(options.as_object().unwrap()).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let output =
        pool.install(|| simulate.run(NoTable::<Frame>::from_tables(Vec::new()).unwrap(), &Context::quiet())).unwrap();
    output.further
}

fn text(frame: &Frame) -> Vec<Vec<Option<String>>> {
    let data = frame.data(&Quiet).unwrap();
    data.names().into_iter().map(|name| data.words(name).unwrap()).collect()
}

#[test]
fn the_same_seed_makes_the_same_at_any_number_of_threads() {
    // Three chunks of customers.
    let options = |seed: u64| json!({"customers": 40_000, "seed": seed, "until": "2023-02-28", "tables": ["transactions", "tickets"]});
    let one = made(options(1), 1);
    let names: Vec<&str> = one.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["transactions", "tickets", "dirt"]);
    for ((name, one), (_, several)) in one.iter().zip(&made(options(1), 3)) {
        assert!(text(one) == text(several), "{name}");
    }
    assert!(text(&one[0].1) != text(&made(options(2), 3)[0].1));
    // Orders and tickets are numbered through, whatever the chunks.
    for (table, key) in [(0, "order"), (1, "ticket")] {
        let numbers = one[table].1.data(&Quiet).unwrap().integers(key).unwrap();
        assert!(numbers.iter().copied().eq((1..=numbers.len() as i64).map(Some)));
    }
}

#[test]
fn a_table_alone_is_the_one_that_comes_with_the_others() {
    let all = made(json!({"customers": 300, "seed": 4}), 2);
    assert_eq!(all.len(), 8);
    for (name, whole) in all.iter().filter(|(name, _)| name != "dirt") {
        let alone = made(json!({"customers": 300, "seed": 4, "tables": [name]}), 2);
        assert_eq!(text(&alone[0].1), text(whole), "{name}");
    }
}

const SMALL: &str = "let sim = simulate(#{customers: 400, seed: 9}); ";

#[test]
fn the_tables_are_standard_tables_and_fit_each_other() {
    for table in StandardTable::DECLARED {
        let word = table.word();
        let value = session(Vec::new()).run(&format!("{SMALL}sim.{word}")).answer.unwrap();
        let regulars::show::Value::Frame(frame) = value else { panic!("{word} is no frame") };
        assert_eq!(frame.about().standard, Some(table));
        // Whoever is in it is a customer, and it would pass as what it says it is.
        let strangers = format!("{SMALL}sim.{word}.join(sim.customers, #{{on: \"customer\", how: \"anti\"}}).height");
        assert_eq!(answer(&strangers), 0, "{word}");
        assert_eq!(answer(&format!("{SMALL}sim.{word}.{word}().height == sim.{word}.height")), true, "{word}");
    }
    // What was counted is what is there.
    let figures = answer(&format!("{SMALL}sim"));
    for (code, figure) in [
        ("sim.customers.height", "people"),
        ("sim.transactions.height", "orders"),
        ("sim.truth.filter(col(\"alive\")).height", "still_there"),
        ("sim.dirt.height", "dirty"),
    ] {
        assert_eq!(answer(&format!("{SMALL}{code}")), figures[figure], "{code}");
    }
    let months = answer(&format!("{SMALL}sim.table()"));
    let sum = |column: &str| rows(&months).iter().map(|row| row[column].as_f64().unwrap()).sum::<f64>();
    let revenue = answer(&format!("{SMALL}sim.transactions.select(col(\"amount\").sum())"));
    let revenue = rows(&revenue)[0]["amount"].as_f64().unwrap();
    // Cents are exact, their sum as numbers is not.
    assert!((sum("revenue") - revenue).abs() < 1e-6 && (figures["revenue"].as_f64().unwrap() - revenue).abs() < 1e-6);
    assert_eq!(sum("orders"), figures["orders"].as_f64().unwrap());
    assert_eq!(sum("new_customers"), 400.0);
}

#[test]
fn what_happens_happens_in_its_order() {
    let none = |code: &str| assert_eq!(answer(&format!("{SMALL}{code}.height")), 0, "{code}");
    none(
        "sim.tickets.filter((col(\"first_response\") < col(\"opened\")) | (col(\"resolved\") < col(\"first_response\")))",
    );
    none("sim.tickets.filter((col(\"satisfaction\") < 1) | (col(\"satisfaction\") > 5))");
    none("sim.feedback.filter((col(\"score\") < 0) | (col(\"score\") > 10))");
    none("sim.deals.filter((col(\"closed\") == ()) != (col(\"won\") == ()))");
    none("sim.deals.filter(col(\"closed\") < col(\"opened\"))");
    none(
        "sim.customers.filter((col(\"birth_date\") > date(\"2005-01-02\")) | (col(\"birth_date\") < date(\"1937-01-01\")))",
    );
    none("sim.transactions.filter((col(\"amount\") <= 0) | (col(\"quantity\") < 1) | (col(\"discount\") < 0))");
    none("sim.customers.group_by(\"email\").agg(len()).filter(col(\"len\") > 1)");
    none("sim.customers.group_by(\"phone\").agg(len()).filter(col(\"len\") > 1)");
    // After the end nothing is seen; nobody buys after they stopped.
    none("sim.transactions.filter(col(\"date\") > date(\"2024-12-31\"))");
    none(
        "sim.transactions.join(sim.truth, #{on: \"customer\"}).filter((col(\"date\") > col(\"stopped\")) | (col(\"date\") < col(\"start\")))",
    );
    // A funnel narrows, and ends with the orders that were made online.
    let steps = answer(&format!("{SMALL}sim.events.group_by(\"event\").agg(len())"));
    let count = |step: &str| rows(&steps).iter().find(|row| row["event"] == step).unwrap()["len"].as_i64().unwrap();
    let counts = ["visit", "view", "cart", "checkout", "purchase"].map(count);
    assert!(counts.windows(2).all(|pair| pair[0] > pair[1]), "{counts:?}");
    let online = "sim.transactions.filter((col(\"channel\") == \"web\") | (col(\"channel\") == \"app\")).height";
    assert_eq!(answer(&format!("{SMALL}{online}")), counts[4]);
    // Who is more content gives higher scores: the hidden cause is there.
    let moods = answer(&format!(
        "{SMALL}sim.feedback.join(sim.truth, #{{on: \"customer\"}}).with_columns((col(\"content\") > 0).alias(\"up\"))\
         .group_by(\"up\").agg(col(\"score\").mean()).sort(\"up\")"
    ));
    assert!(rows(&moods)[0]["score"].as_f64().unwrap() + 1.0 < rows(&moods)[1]["score"].as_f64().unwrap(), "{moods}");
}

/// A value as text, numbers in one way.
fn said(value: &Json) -> Option<String> {
    let text = match value {
        Json::Null => return None,
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(text.parse::<f64>().map_or(text, |number| number.to_string()))
}

#[test]
fn undoing_the_dirt_gives_the_clean_tables() {
    let options = "customers: 1500, seed: 5, until: \"2023-12-31\", tables: [\"customers\", \"transactions\"]";
    let dirty = format!("let sim = simulate(#{{{options}, dirt: \"heavy\"}}); ");
    let log = answer(&format!("{dirty}sim.dirt"));
    assert_eq!(answer(&format!("{dirty}sim"))["dirty"], rows(&log).len());
    let mut kinds: Vec<&str> = rows(&log).iter().map(|row| row["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 18, "every kind falls: {kinds:?}");
    for table in ["customers", "transactions"] {
        let clean = answer(&format!("simulate(#{{{options}}}).{table}"));
        let mut found = rows(&answer(&format!("{dirty}sim.{table}"))).clone();
        let of_table: Vec<&Json> = rows(&log).iter().filter(|row| row["table"] == table).collect();
        let added = of_table.iter().filter(|row| row["column"].is_null()).count();
        assert_eq!(found.len(), rows(&clean).len() + added, "counts balance");
        let mut touched = std::collections::HashSet::new();
        for one in of_table {
            let row = one["row"].as_u64().unwrap() as usize;
            let Some(column) = one["column"].as_str() else {
                assert!(row > rows(&clean).len(), "added rows stand at the end: {one}");
                continue;
            };
            assert!(touched.insert((row, column.to_owned())), "one kind on each value: {one}");
            assert_eq!(said(&found[row - 1][column]), said(&one["dirty"]), "{one}");
            assert_ne!(one["clean"], one["dirty"]);
            found[row - 1][column] = one["clean"].clone();
        }
        for (found, clean) in found.iter().zip(rows(&clean)) {
            for (column, value) in clean.as_object().unwrap() {
                assert_eq!(said(&found[column]), said(value), "{column} of {found}");
            }
        }
    }
}

#[test]
fn what_was_put_in_is_what_is_found() {
    let sim = "let sim = simulate(#{customers: 800, seed: 6, until: \"2023-12-31\", tables: [\"customers\", \"transactions\"], shares: \
        #{duplicates: 0.05, missing_customers: 0.03, refunds: 0.04, orphans: 0.02}}); ";
    let put = |kind: &str| answer(&format!("{sim}sim.dirt.filter(col(\"kind\") == \"{kind}\").height"));
    let found = |code: &str| answer(&format!("{sim}{code}"));
    assert_eq!(found("sim.transactions.height - sim.transactions.unique().height"), put("duplicates"));
    assert_eq!(
        found("sim.transactions.filter((col(\"customer\") == ()) & (col(\"amount\") > 0)).unique().height"),
        put("missing_customers")
    );
    assert_eq!(found("sim.transactions.filter(col(\"amount\") < 0).height"), put("refunds"));
    let strangers = "sim.transactions.filter(col(\"customer\") != ()).join(sim.customers, #{on: \"customer\", how: \"anti\"}).unique()";
    assert_eq!(found(&format!("{strangers}.height")), put("orphans"));
    // Each refund takes back what its order brought.
    let sums = found(
        "sim.transactions.unique().join(sim.transactions.filter(col(\"amount\") < 0).select(\"order\"), \
         #{on: \"order\", how: \"semi\"}).group_by(\"order\").agg(col(\"amount\").sum(), len())",
    );
    assert!(!rows(&sums).is_empty());
    for row in rows(&sums) {
        assert!(row["amount"].as_f64().unwrap().abs() < 1e-9 && row["len"] == 2, "{row}");
    }
}
