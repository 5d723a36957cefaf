//! Profiles and contracts: figures checked by hand, and the laws that hold whatever the data are.

use serde_json::{Value as Json, json};

use crate::formats::Place;
use crate::witnesses::answer;

/// Eight rows whose every figure can be counted by eye.
const ORDERS: &str = r#"
    let orders = frame(#{
        order: ["A-1", "A-2", "A-3", "A-4", "A-4", "A-5", "A-6", "A-7"],
        customer: ["ann", "bob", "ann", (), "cyd", "N/A", "ann", "bob"],
        date: ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-04", "2024-01-08", "2024-01-09", "1900-01-01"],
        amount: [10, 20, 30, 40, 40, -5, 20, ()],
    });
"#;

fn of_orders(code: &str) -> Json {
    answer(&format!("{ORDERS}{code}"))
}

#[test]
fn a_profile_counts_what_one_counts_by_eye() {
    let rows = of_orders("orders.profile().table()");
    let column = |name: &str| rows.as_array().unwrap().iter().find(|row| row["column"] == name).unwrap().clone();
    let amount = column("amount");
    // -5, 10, 20, 20, 30, 40, 40: seven numbers, their sum 155.
    assert_eq!((&amount["missing"], &amount["distinct"]), (&json!(1), &json!(5)));
    assert_eq!((&amount["min"], &amount["median"], &amount["max"]), (&json!("-5"), &json!(20.0), &json!("40")));
    assert_eq!((&amount["q25"], &amount["q75"]), (&json!(15.0), &json!(35.0)));
    assert!((amount["mean"].as_f64().unwrap() - 155.0 / 7.0).abs() < 1e-12);
    assert_eq!((&amount["top"], &amount["top_share"]), (&json!("20"), &json!(0.25)));
    let customer = column("customer");
    assert_eq!(
        (&customer["missing"], &customer["missing_words"], &customer["distinct"]),
        (&json!(1), &json!(1), &json!(4))
    );
    assert_eq!((&customer["top"], &customer["top_share"]), (&json!("ann"), &json!(0.375)));
    let order = column("order");
    assert_eq!((&order["pattern"], &order["distinct"], &order["role"]), (&json!("A-9"), &json!(7), &json!("order")));
    assert_eq!(column("date")["holds"], "dates yyyy-mm-dd");
}

#[test]
fn a_profile_finds_placeholders_duplicates_and_the_table() {
    let found = of_orders(
        "let p = orders.profile(#{today: \"2024-06-01\"}); [p.findings.rows(), p.code, p.table, p.duplicate_rows, p.dates.rows()]",
    );
    let has = |column: Json, finding: &str, rows: i64| {
        let lines = found[0].as_array().unwrap();
        lines.iter().any(|line| line["column"] == column && line["finding"] == finding && line["rows"] == rows)
    };
    assert!(has(json!("date"), "placeholder_dates", 1), "{}", found[0]);
    assert!(has(json!("customer"), "missing_words", 1), "{}", found[0]);
    assert!(has(json!("customer"), "missing", 1), "{}", found[0]);
    assert_eq!(found[1], "frame.transactions()");
    assert_eq!(found[3], 0);
    // The placeholder is no part of the reach.
    assert_eq!((&found[4][0]["first"], &found[4][0]["last"]), (&json!("2024-01-01"), &json!("2024-01-09")));
    assert_eq!(found[4][0]["placeholders"], 1);
    let twice = answer("concat([sample(\"cdnow\").head(50), sample(\"cdnow\").head(20)]).profile().duplicate_rows");
    let once = answer("sample(\"cdnow\").head(50).profile().duplicate_rows");
    assert_eq!(twice.as_i64().unwrap(), once.as_i64().unwrap() + 20);
}

/// The same answer from a file that is read in batches and from memory, whole.
#[test]
fn a_profile_of_a_file_is_that_of_its_rows() {
    let place = Place::with(&[]);
    let both = place.answer(
        "let all = concat([sample(\"cdnow\"), sample(\"cdnow\"), sample(\"cdnow\")]);\n\
         all.write_parquet(\"DIR/orders.parquet\");\n\
         let read = read_parquet(\"DIR/orders.parquet\").profile(); let held = all.profile();\n\
         [read.table().rows(), held.table().rows(), read.duplicate_rows, held.duplicate_rows, read.bins.rows(), held.bins.rows()]",
    );
    assert_eq!(both[0], both[1]);
    assert_eq!(both[2], both[3]);
    assert_eq!(both[4], both[5]);
    assert!(both[2].as_i64().unwrap() >= 2 * 6919);
}

#[test]
fn a_saved_profile_says_what_has_moved() {
    let place = Place::with(&[]);
    let found = place.answer(
        "let orders = sample(\"cdnow\"); orders.profile().save(\"DIR/orders.json\");\n\
         let saved = load_model(\"DIR/orders.json\");\n\
         let dearer = orders.with_columns((col(\"amount\") * 3).alias(\"amount\"));\n\
         let checks = dearer.validate(#{drift: #{against: saved.bins, columns: [\"amount\", \"quantity\"]}});\n\
         [saved.drift(orders).rows(), saved.drift(dearer).rows(), checks.table().rows()]",
    );
    for row in found[0].as_array().unwrap() {
        assert_eq!((row["psi"].as_f64(), row["verdict"].as_str()), (Some(0.0), Some("stable")), "{row}");
    }
    let moved = |column: &str| found[1].as_array().unwrap().iter().find(|row| row["column"] == column).unwrap().clone();
    assert_eq!(
        (moved("amount")["verdict"].as_str(), moved("quantity")["verdict"].as_str()),
        (Some("shifted"), Some("stable"))
    );
    let status = |row: &Json| (row["column"].as_str().unwrap().to_owned(), row["status"].as_str().unwrap().to_owned());
    let statuses: Vec<_> = found[2].as_array().unwrap().iter().map(status).collect();
    let wanted =
        [("quantity", "passed"), ("amount", "failed")].map(|(column, status)| (column.to_owned(), status.to_owned()));
    assert_eq!(statuses, wanted);
}

#[test]
fn a_contract_says_which_rows_fail_and_why() {
    let found = of_orders(
        "let c = orders.validate(#{columns: #{order: #{unique: true, pattern: \"^A-[0-9]$\"}, customer: #{required: true, values: [\"ann\", \"bob\", \"cyd\"]},\
         amount: #{min: 0, type: \"integer\"}, date: #{type: \"date\", min: \"2024-01-01\"}}, rows: [\"amount < 40 or customer is not null\"]});\
         [c.table().rows(), c.failing.select(\"order\", \"row\", \"reasons\").rows(), c.passing.to_list(\"order\"), c.holds, c.rows, c.checks]",
    );
    let line = |rule: &str| found[0].as_array().unwrap().iter().find(|row| row["rule"] == rule).unwrap().clone();
    for (rule, rows, failed, status) in [
        ("unique", 8, 2, "failed"),
        ("matches `^A-[0-9]$`", 8, 0, "passed"),
        ("required", 8, 1, "failed"),
        ("one of `ann`, `bob`, `cyd`", 7, 1, "failed"),
        ("min 0", 7, 1, "failed"),
        ("type integer", 7, 0, "passed"),
        ("type date", 8, 0, "passed"),
        ("min 2024-01-01", 8, 1, "failed"),
        ("amount < 40 or customer is not null", 8, 1, "failed"),
    ] {
        let found = line(rule);
        assert_eq!(
            (&found["rows"], &found["failed"], &found["status"]),
            (&json!(rows), &json!(failed), &json!(status)),
            "{rule}"
        );
    }
    let rows: Vec<i64> = found[1].as_array().unwrap().iter().map(|row| row["row"].as_i64().unwrap()).collect();
    assert_eq!(rows, [4, 5, 6, 8]);
    assert_eq!(found[1][0]["reasons"], "customer: required; order: unique; amount < 40 or customer is not null");
    assert_eq!(found[1][2]["reasons"], "amount: min 0; customer: one of `ann`, `bob`, `cyd`");
    assert_eq!(found[2], json!(["A-1", "A-2", "A-3", "A-6"]));
    assert_eq!((&found[3], &found[4], &found[5]), (&json!(false), &json!(8), &json!(9)));
}

/// Nothing passes by not being looked at.
#[test]
fn what_was_not_looked_at_does_not_pass() {
    for (code, status) in [
        ("frame(#{a: [1]}).filter(col(\"a\") > 5).validate(#{columns: #{a: #{min: 0}}})", "not looked at"),
        ("frame(#{a: [1], b: [()]}).validate(#{columns: #{b: #{unique: true}}})", "not looked at"),
        ("frame(#{a: [1]}).validate(#{columns: #{b: #{min: 0}}})", "failed"),
        ("frame(#{a: [1]}).validate(#{references: #{b: #{table: frame(#{b: [1]})}}})", "failed"),
        ("frame(#{a: [1]}).validate(#{fresh: #{column: \"b\", within: \"2d\"}})", "failed"),
        ("frame(#{a: [()], b: [1]}).validate(#{rows: [\"b > 0 and a is not null\"]})", "failed"),
    ] {
        let found = answer(&format!("let c = {code}; [c.table().rows(), c.holds]"));
        assert_eq!((&found[0][0]["status"], &found[1]), (&json!(status), &json!(false)), "{code}: {}", found[0]);
    }
}

#[test]
fn keys_references_and_age_are_checked() {
    let found = answer(
        "let lines = frame(#{order: [1, 1, 2, 2, ()], line: [1, 2, 1, 1, 1], product: [\"a\", \"b\", \"z\", (), \"a\"], date: [date(\"2024-05-01\"), date(\"2024-05-03\"), (), (), ()]});\
         let products = frame(#{sku: [\"a\", \"b\"]});\
         let c = lines.validate(#{keys: [\"order\", \"line\"], references: #{product: #{table: products, column: \"sku\"}}, fresh: #{column: \"date\", within: \"2d\"}, today: \"2024-05-06\"});\
         [c.table().rows(), c.failing.to_list(\"row\"), c.passing.height]",
    );
    let status: Vec<(i64, i64, &str)> = found[0]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["rows"].as_i64().unwrap(), row["failed"].as_i64().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    assert_eq!(status, [(5, 3, "failed"), (4, 1, "failed"), (2, 0, "failed")]);
    assert_eq!((&found[1], &found[2]), (&json!([3, 4, 5]), &json!(2)));
}

/// Passing and failing are all rows, from memory and from files, whatever the contract; and a file says the same.
#[test]
fn passing_and_failing_are_all_rows() {
    let place = Place::with(&[]);
    let contracts = [
        "columns: #{amount: #{min: 10, max: 40}}",
        "columns: #{quantity: #{values: [1, 2]}, customer: #{unique: true}}",
        "rows: [\"amount / quantity < 15\"]",
        "keys: [\"customer\", \"date\"]",
        "columns: #{amount: #{min: 1000000}}",
        "columns: #{amount: #{min: -1}}",
    ];
    place.answer("sample(\"cdnow\").write_parquet(\"DIR/orders.parquet\"); 1");
    for contract in contracts {
        let figures = |source: &str| {
            place.answer(&format!(
                "let c = {source}.validate(#{{{contract}}}); [c.rows, c.passing.height, c.failing.height, c.failing_rows, c.failing.to_list(\"row\"), c.passing.to_list(\"amount\")]"
            ))
        };
        let (held, read) = (figures("sample(\"cdnow\")"), figures("read_parquet(\"DIR/orders.parquet\")"));
        assert_eq!(held, read, "{contract}");
        let number = |place: usize| held[place].as_i64().unwrap();
        assert_eq!((number(0), number(1) + number(2), number(2)), (6919, 6919, number(3)), "{contract}");
    }
}

#[test]
fn a_contract_in_a_file_is_one_in_a_script() {
    let contract = "rows = [\"amount >= 0\"]\n\n[columns.amount]\ntype = \"number\"\nmin = 1\n\n[columns.date]\nmin = 1997-01-01\n\n[fresh]\ncolumn = \"date\"\nwithin = \"3y\"\n";
    let place = Place::with(&[("orders.toml", contract.as_bytes())]);
    let both = place.answer(
        "let a = sample(\"cdnow\").validate(read_contract(\"DIR/orders.toml\") + #{today: \"2000-01-01\"});\n\
         let b = sample(\"cdnow\").validate(#{rows: [\"amount >= 0\"], columns: #{amount: #{type: \"number\", min: 1}, date: #{min: \"1997-01-01\"}}, fresh: #{column: \"date\", within: \"3y\"}, today: \"2000-01-01\"});\n\
         [a.table().rows(), b.table().rows(), a.checks]",
    );
    assert_eq!(both[0], both[1]);
    assert_eq!(both[2], 5);
}

/// The first rows of the failing ones are shown, the others counted.
#[test]
fn failing_rows_are_capped_with_their_count_told() {
    let found = answer(
        "let c = sample(\"cdnow\").validate(#{columns: #{amount: #{max: 0}}, most_failing: 3}); [c.failing.height, c.failing_rows, c.passing.height, c.notes]",
    );
    let (failing, passing) = (found[1].as_i64().unwrap(), found[2].as_i64().unwrap());
    assert_eq!((found[0].as_i64(), failing + passing), (Some(3), 6919));
    assert!(found[3].to_string().contains("`failing` has the first 3 of"), "{}", found[3]);
}

/// One slip in the future says nothing about how old the rest is.
#[test]
fn a_day_in_the_future_makes_no_table_fresh() {
    let of = |days: &str| {
        format!(
            "frame(#{{d: [{days}]}}).validate(#{{fresh: #{{column: \"d\", within: \"2d\"}}, today: \"2024-01-01\"}}).table()"
        )
    };
    let statuses = |days: &str| vec![answer(&of(days))[0]["status"].clone()];
    assert_eq!(statuses("date(\"2020-01-01\"), date(\"2062-01-01\")"), ["failed"]);
    assert_eq!(statuses("date(\"2062-01-01\")"), ["failed"]);
    assert_eq!(statuses("date(\"2023-12-31\"), date(\"2062-01-01\")"), ["passed"]);
}
