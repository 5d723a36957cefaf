//! A folder of five sources that agree in nothing, as a shop has it: till, web shop, contacts, newsletter and help desk, in
//! other languages, encodings, separators, dates, numbers, currencies and ids. Ten statements make them one view of the
//! customer, and every row of every file is accounted for by numbers counted by hand.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::program::run;
use crate::witnesses::answer;

const SCRIPT: &str = include_str!("sources/one_view.rhai");

fn folder() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources").display().to_string()
}

/// What the script answers to something asked behind it.
fn asked(question: &str) -> Json {
    let script = SCRIPT.replace("param(\"folder\", \".\", \"where the five files are\")", &format!("{:?}", folder()));
    assert!(script.contains("tests/sources"), "the script takes its folder otherwise");
    let (script, view) = script.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(view, "view");
    answer(&format!("{script}\n{question}"))
}

fn rows(table: &Json) -> &Vec<Json> {
    table.as_array().unwrap()
}

#[test]
fn ten_statements_are_enough() {
    let statements = SCRIPT.lines().filter(|line| line.starts_with("let ") || *line == "view").count();
    assert_eq!(statements, 10, "the folder and the rates of currencies are one each");
    let ran = run(Path::new(&folder()), &["run", "one_view.rhai"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let checked = run(Path::new(&folder()), &["check", "one_view.rhai"]);
    assert!(checked.err.contains("nothing wrong"), "{}", checked.err);
}

/// Per file: rows, duplicates, rows without what the table needs, rows in the view. Lines of the files, counted by hand.
const FATES: [(&str, usize, usize, usize, usize); 5] =
    [("crm", 11, 1, 1, 9), ("desk", 7, 1, 2, 4), ("news", 7, 1, 1, 5), ("till", 13, 2, 3, 8), ("web", 10, 1, 3, 6)];

#[test]
fn every_row_of_every_file_is_accounted_for() {
    let counts = asked("view.counts");
    let ran = run(Path::new(&folder()), &["run", "one_view.rhai"]);
    // Notes are broken at the edge of the screen.
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for (source, lines, duplicates, unusable, used) in FATES {
        assert_eq!(lines, duplicates + unusable + used, "{source}");
        let ending = match source {
            "news" => "tsv",
            "desk" => "ndjson",
            _ => "csv",
        };
        assert_eq!(answer(&format!("read(\"{}/{source}.{ending}\").height", folder())), lines, "{source}");
        let line = rows(&counts).iter().find(|line| line["source"] == source).unwrap();
        assert_eq!((&line["rows"], &line["used"], &line["later"]), (&json!(used), &json!(used), &json!(0)), "{source}");
        let twice =
            format!("{source}: {duplicates} of {lines} rows were left out: the same as another one by all columns");
        let lacking = format!("{source}: {unusable} of {} rows were left out: ", lines - duplicates);
        assert!(told.contains(&twice) && told.contains(&lacking), "{source}: {told}");
    }
    // What the rows lacked, in the words of each table.
    for reason in [
        "crm: 1 of 10 rows were left out: 1 without customer",
        "desk: 2 of 6 rows were left out: 1 without customer, 1 without opened",
        "news: 1 of 6 rows were left out: 1 without customer",
        "till: 3 of 11 rows were left out: 1 without customer, 2 without date",
        "web: 3 of 9 rows were left out: 2 without customer, 1 without amount",
    ] {
        assert!(told.contains(reason), "{reason}: {told}");
    }
    // The rebate of the web shop holds nothing in any row.
    assert!(told.contains("column `rebate`, which is to be `discount`, holds no value at all"), "{told}");
    assert_eq!(asked("view")["rows_used"], 32);
    assert_eq!(asked("people")["records"], 32);
}

#[test]
fn they_are_eleven_customers() {
    let view = asked(
        "view.table().select([\"customer\", \"orders\", \"value\", \"tickets\", \"open_tickets\", \"email\", \"phone\", \"city\", \"birth_date\"])",
    );
    let of = |customer: &str| rows(&view).iter().find(|row| row["customer"] == customer).unwrap();
    let names: Vec<&str> = rows(&view).iter().filter_map(|row| row["customer"].as_str()).collect();
    assert_eq!(
        names,
        [
            "crm:C-1001",
            "crm:C-1002",
            "crm:C-1003",
            "crm:C-1004",
            "crm:C-1005",
            "crm:C-1007",
            "crm:C-1008",
            "crm:C-1009",
            "news:eva@brandt.example",
            "news:jean.dupont@example.fr",
            "news:solo@example.org",
        ]
    );
    // Anna, by her card, her address in two widths and her telephone in two forms: 24.90 + 15.80 - 7.90 at the till, and a
    // teapot from the web that went back.
    let anna = of("crm:C-1001");
    assert_eq!((&anna["orders"], &anna["value"], &anna["tickets"]), (&json!(4), &json!(32.8), &json!(1)));
    assert_eq!((&anna["phone"], &anna["city"]), (&json!("+49301234567"), &json!("Berlin")));
    assert_eq!(anna["birth_date"], "1980-05-13");
    // Mary's pounds at 1.2, Bob's dollars at .9: 7.50 and 1,027.00. Bob is Robert by his address, and asked by telephone.
    assert_eq!((&of("crm:C-1003")["value"], &of("crm:C-1003")["open_tickets"]), (&json!(9.0), &json!(1)));
    assert_eq!((&of("crm:C-1005")["value"], &of("crm:C-1005")["open_tickets"]), (&json!(924.3), &json!(1)));
    assert_eq!(of("crm:C-1005")["birth_date"], "1966-07-24");
    // 李小龙 wrote his address in full width.
    assert_eq!(of("crm:C-1004")["value"], 26.5);
    // A thousand has a point in German, and the spoons that came back were never bought here: 1.249,00 - 9,00.
    assert_eq!(of("crm:C-1008")["value"], 1240.0);
    let sum: f64 = rows(&view).iter().filter_map(|row| row["value"].as_f64()).sum();
    // 32.80 + 31.60 + 9.00 + 26.50 + 924.30 + 1,240.00 + 34.90 + 18.00; a sum of eight fractions.
    assert!((sum - 2317.1).abs() < 1e-9, "{sum}");
}

/// The ids of `unify` given to the view, or joined to each table by hand.
#[test]
fn ids_given_to_the_view_are_those_joined_by_hand() {
    let by_hand = "let ids = |source| people.table().filter(col(\"source\") == source).select(\"id\", col(\"customer\").alias(\"person\")).unique([\"id\"]);
        let put = |rows, ids| rows.with_columns(col(\"customer\").cast(\"text\").alias(\"id\")).drop(\"customer\")
            .join(ids, #{on: \"id\"}).rename(#{person: \"customer\"}).drop(\"id\");
        let joined = customer_360(#{
            customers: #{crm: put.call(crm, ids.call(\"crm\")), news: put.call(news, ids.call(\"news\"))},
            transactions: #{till: put.call(till.table(), ids.call(\"till\")), web: put.call(web.table(), ids.call(\"web\"))},
            tickets: #{desk: put.call(desk, ids.call(\"desk\"))}, trusted: \"crm\"}); ";
    let both = asked(&format!("{by_hand}[joined.table(), view.table()]"));
    assert_eq!(both[0], both[1]);
    assert_eq!(rows(&both[0]).len(), 11);
}
