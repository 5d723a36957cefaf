//! Cleaning: values by hand, laws, and rows that always balance.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::examples::session;
use crate::witnesses::answer;

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

fn column(json: &Json, name: &str) -> Vec<Json> {
    rows(json).iter().map(|row| row[name].clone()).collect()
}

fn whole(json: &Json, name: &str) -> i64 {
    json[name].as_i64().unwrap_or_else(|| panic!("{name} in {json}"))
}

fn failure(code: &str) -> String {
    session(Vec::new()).run(code).answer.map(|_| ()).unwrap_err().to_string()
}

/// A frame in a script from columns of optional text.
fn frame(columns: &[(&str, Vec<Option<String>>)]) -> String {
    let cell = |cell: &Option<String>| cell.as_ref().map_or("()".to_owned(), |text| json!(text).to_string());
    let column = |(name, cells): &(&str, Vec<Option<String>>)| {
        format!("{name}: [{}]", cells.iter().map(cell).collect::<Vec<_>>().join(", "))
    };
    format!("frame(#{{{}}})", columns.iter().map(column).collect::<Vec<_>>().join(", "))
}

const PEOPLE: &str = "frame(#{
    name: [\"ANN  LEE\", \"bob o'hara\", \"李 小龙\", \"n/a\", ()],
    born: [\"2019/8/8\", \"13/04/1990\", \"03/04/1985\", \"43685\", \"never\"],
    mail: [\"Ann Lee <ANN@x.org>\", \"bob@x\", \"li＠例子.中国\", (), \"unknown\"],
    land: [\"UK\", \"Deutschland\", \"中国\", \"Atlantis\", \"NA\"],
    paid: [\"€ 1.234,50\", \"$ 5,00\", \"7,5\", \"9,00 GBP\", \"ten\"],
    day: [date(\"2024-01-05\"), date(\"2024-02-01\"), date(\"2024-03-01\"), date(\"2024-01-01\"), ()],
})";

#[test]
fn every_value_has_one_fate_and_the_fates_add_up() {
    let call = format!(
        "{PEOPLE}.standardize(#{{columns: #{{name: \"name\", born: \"date\", mail: \"email\", land: \"country\", paid: \"money\"}}}})"
    );
    let done = answer(&call);
    let columns = answer(&format!("{call}.columns"));
    for row in rows(&columns) {
        let fates = ["kept", "changed", "missing", "unreadable"].map(|fate| whole(row, fate));
        assert_eq!(fates.iter().sum::<i64>(), 5, "{row}");
    }
    for fate in ["changed", "missing", "unreadable"] {
        assert_eq!(whole(&done, fate), rows(&columns).iter().map(|row| whole(row, fate)).sum::<i64>(), "{fate}");
    }
    let problems = answer(&format!("{call}.problems"));
    assert_eq!(rows(&problems).len() as i64, whole(&done, "unreadable"));
    assert_eq!(column(&problems, "value"), ["never", "Atlantis", "bob@x", "ten"]);
    let table = answer(&format!("{call}.table()"));
    assert_eq!(
        column(&table, "name"),
        [json!("Ann Lee"), json!("Bob O'Hara"), json!("李小龙"), Json::Null, Json::Null]
    );
    let born = [json!("2019-08-08"), json!("1990-04-13"), json!("1985-04-03"), json!("2019-08-08"), Json::Null];
    assert_eq!(column(&table, "born"), born);
    let mail = [json!("ann@x.org"), Json::Null, json!("li@例子.中国"), Json::Null, Json::Null];
    assert_eq!(column(&table, "mail"), mail);
    assert_eq!(column(&table, "land"), [json!("GB"), json!("DE"), json!("CN"), Json::Null, json!("NA")]);
    assert_eq!(column(&table, "paid"), [json!(1234.5), json!(5.0), json!(7.5), json!(9.0), Json::Null]);
    // What came stays as it came.
    assert_eq!(answer(&format!("{call}.original")), answer(PEOPLE));
    // The classes of changes hold every changed value, and those that stood for nothing.
    let changes: i64 = rows(&answer(&format!("{call}.changes"))).iter().map(|row| whole(row, "rows")).sum();
    let values: i64 = rows(&answer(&format!("{call}.values"))).iter().map(|row| whole(row, "rows")).sum();
    let blank = 2; // n/a and unknown
    assert_eq!((changes, values), (whole(&done, "changed") + blank, whole(&done, "changed") + blank));
}

#[test]
fn amounts_come_to_one_currency_by_the_rate_of_their_day() {
    let rates = "frame(#{currency: [\"USD\", \"USD\", \"GBP\"], rate: [0.9, 0.95, 1.2], \
                 date: [date(\"2024-01-01\"), date(\"2024-01-20\"), date(\"2024-01-02\")]})";
    let call =
        format!("{PEOPLE}.standardize(#{{columns: #{{paid: \"money\"}}, to: \"EUR\", date: \"day\", rates: {rates}}})");
    // 5 dollars on 1 February by the rate of 20 January; 9 pounds on 1 January have no rate yet.
    let paid = [json!(1234.5), json!(4.75), json!(7.5), Json::Null, Json::Null];
    assert_eq!(column(&answer(&format!("{call}.table()")), "paid"), paid);
    let reasons = column(&answer(&format!("{call}.problems")), "reason");
    assert_eq!(reasons, ["no rate of GBP yet on its day", "no number that can be read"]);
}

/// What is in euros now must not say dollars: a second run would bring it to euros once more.
#[test]
fn the_currency_says_what_the_amounts_are_in_now() {
    let rates = "rates: frame(#{currency: [\"USD\"], rate: [0.5]})";
    for columns in ["columns: #{price: \"money\", total: \"money\"}, ", ""] {
        let options = format!("#{{{columns}to: \"EUR\", currency: \"of\", {rates}}}");
        let call = "frame(#{price: [\"5\", \"7\", \"x\", \"9\"], of: [\"USD\", \"EUR\", \"USD\", ()], total: [\"1\", \"1\", \"\", \"1\"]})";
        let once = format!("{call}.standardize({options})");
        let table = answer(&format!("{once}.table()"));
        assert_eq!(column(&table, "of"), ["EUR", "EUR", "USD", "EUR"], "{columns}");
        let fates = answer(&format!("{once}.columns"));
        let fate = rows(&fates).iter().find(|row| row["column"] == "of").unwrap();
        let count = |name: &str| whole(fate, name);
        assert_eq!([count("kept"), count("changed"), count("missing"), count("unreadable")], [2, 2, 0, 0], "{fate}");
        assert_eq!(answer(&format!("{once}.table().standardize({options}).table()")), table);
    }
}

/// An amount in something that is no currency is not an amount in euros.
#[test]
fn amounts_in_no_known_currency_are_not_read() {
    let rates = "rates: frame(#{currency: [\"USD\", \"SEK\"], rate: [0.5, 0.1]})";
    let call = format!(
        "frame(#{{amount: [1.0, 2.0, 3.0, 4.0], cost: [10, 20, 30, 40], of: [\"840\", \"USD\", \"\", \"Euro/Dollar\"], \
         quantity: [1, 1, 1, 1]}}).standardize(#{{to: \"EUR\", currency: \"of\", {rates}}})"
    );
    let table = answer(&format!("{call}.table()"));
    // Columns of numbers are amounts by their names.
    assert_eq!(column(&table, "amount"), [Json::Null, json!(1.0), json!(3.0), Json::Null]);
    assert_eq!(column(&table, "cost"), [Json::Null, json!(10.0), json!(30.0), Json::Null]);
    assert_eq!(column(&table, "of"), ["840", "EUR", "EUR", "Euro/Dollar"]);
    assert_eq!(column(&table, "quantity"), [1, 1, 1, 1]);
    let reasons = column(&answer(&format!("{call}.problems")), "reason");
    assert_eq!(reasons[0], "an amount in `840`, which is no one currency that is known");
    assert_eq!(reasons.len(), 4);
    // A column of currencies is none of amounts, whatever its name; amounts that cannot be read were found all the same.
    let codes = format!(
        "frame(#{{price: [\"5\", \"x\"], price_code: [840, 978]}}).standardize(#{{to: \"EUR\", currency: \"price_code\", {rates}}})"
    );
    assert_eq!(column(&answer(&format!("{codes}.table()")), "price_code"), ["840", "978"]);
    // Crowns are of several countries unless the row says which.
    let crowns = format!(
        "frame(#{{price: [\"kr 100\", \"kr 100\"], of: [(), \"SEK\"]}}).standardize(#{{to: \"EUR\", currency: \"of\", {rates}}})"
    );
    assert_eq!(column(&answer(&format!("{crowns}.table()")), "price"), [Json::Null, json!(10.0)]);
    let dated = "rates: frame(#{currency: [\"USD\"], rate: [0.5], date: [date(\"2024-01-01\")]})";
    let said = failure(&format!("frame(#{{price: [\"5 USD\"]}}).standardize(#{{to: \"EUR\", {dated}}})"));
    assert!(said.contains("name the column with the day"), "{said}");
}

#[test]
fn a_column_has_its_type_also_where_nothing_can_be_read() {
    for (kind, word) in
        [("date", "date"), ("datetime", "datetime"), ("weight", "number"), ("flag", "flag"), ("email", "text")]
    {
        let call = format!("frame(#{{x: [\"nix\", ()]}}).standardize(#{{columns: #{{x: \"{kind}\"}}}}).table()");
        let count = if word == "text" { "" } else { ".cast(\"text\")" };
        let shown = answer(&format!("{call}.select(col(\"x\"){count}.fill_null(\"-\").alias(\"x\"))"));
        assert_eq!(column(&shown, "x"), ["-", "-"], "{kind}");
        let schema = answer(&format!("{call}.schema()"));
        assert!(schema.to_string().contains(word), "{kind}: {schema}");
    }
}

#[test]
fn day_and_month_are_not_guessed() {
    let call = "frame(#{born: [\"03/04/1985\", \"08/08/1985\"]}).standardize(#{columns: #{born: \"date\"}})";
    assert_eq!(column(&answer(&format!("{call}.table()")), "born"), [Json::Null, json!("1985-08-08")]);
    let evidence = answer(&format!("{call}.columns"))[0]["evidence"].as_str().unwrap().to_owned();
    assert!(evidence.contains("say `day_first: true` or `false`"), "{evidence}");
    let told = call.replace("}})", "}, day_first: false})");
    assert_eq!(column(&answer(&format!("{told}.table()")), "born"), ["1985-03-04", "1985-08-08"]);
}

#[test]
fn what_standardize_cannot_do_is_told() {
    let call = |options: &str| failure(&format!("{PEOPLE}.standardize(#{{{options}}})"));
    for (options, wanted) in [
        ("columns: #{nmae: \"name\"}", "did you mean `name`"),
        ("columns: #{name: \"nmae\"}", "did you mean `name`"),
        ("columns: #{}", "nothing would be done"),
        ("country: \"Atlantis\"", "there is no country `Atlantis`"),
        ("country: \"Germny\"", "did you mean `Germany`"),
        ("country_column: \"lnd\"", "did you mean `land`"),
        ("to: \"EUR\"", "`to` needs `rates`"),
        ("to: \"Euros\", rates: frame(#{currency: [\"USD\"], rate: [1.0]})", "`Euros` is no currency"),
        ("to: \"EUR\", rates: frame(#{currency: [\"USD\", \"USD\"], rate: [1.0, 2.0]})", "two rates of USD"),
        ("to: \"EUR\", rates: frame(#{currency: [\"USD\"], rate: [0.0]})", "row 1 of the rates has no rate"),
        ("to: \"EUR\", rates: frame(#{currency: [\"USD\"]})", "no column `rate`"),
        ("rates: frame(#{currency: [\"USD\"], rate: [1.0]})", "not the currency to which amounts come"),
    ] {
        assert!(call(options).contains(wanted), "{options}: {}", call(options));
    }
}

#[test]
fn duplicates_by_hand() {
    let people = "frame(#{mail: [\"a\", \"b\", \"a\", (), (), \"a\"], city: [(), \"x\", \"y\", \"z\", \"z\", \"y\"], \
                  seen: [3, 1, 7, 1, 1, ()]})";
    let kept = |options: &str| column(&answer(&format!("{people}.deduplicate(#{{{options}}}).table()")), "seen");
    assert_eq!(kept(""), [json!(3), json!(1), json!(7), json!(1), Json::Null]);
    assert_eq!(kept("by: [\"mail\"]"), [3, 1, 1, 1]);
    assert_eq!(kept("by: \"mail\", keep: \"last\""), [json!(1), json!(1), json!(1), Json::Null]);
    assert_eq!(kept("by: \"mail\", keep: \"latest\", order_by: \"seen\""), [1, 7, 1, 1]);
    assert_eq!(kept("by: \"mail\", keep: \"earliest\", order_by: \"seen\""), [3, 1, 1, 1]);
    assert_eq!(kept("by: \"mail\", keep: \"most_complete\""), [1, 7, 1, 1]);
    assert_eq!(kept("ignore: \"seen\""), [json!(3), json!(1), json!(7), json!(1)]);
    let removed = answer(&format!("{people}.deduplicate(#{{by: \"mail\", keep: \"most_complete\"}}).removed"));
    assert_eq!(
        (column(&removed, "row"), column(&removed, "kept_row")),
        (vec![json!(1), json!(6)], vec![json!(3), json!(3)])
    );
    assert_eq!(removed[0]["because"], "missing values: 1 here, 0 in row 3");
    for (options, wanted) in [
        ("by: \"mial\"", "did you mean `mail`"),
        ("keep: \"latest\"", "needs `order_by`"),
        ("order_by: \"seen\"", "of no use without"),
        ("by: \"mail\", ignore: \"seen\"", "both given"),
        ("ignore: [\"mail\", \"city\", \"seen\"]", "nothing is left to compare"),
    ] {
        let said = failure(&format!("{people}.deduplicate(#{{{options}}})"));
        assert!(said.contains(wanted), "{options}: {said}");
    }
}

#[test]
fn returns_by_hand() {
    // 2 of the 10 bought for 5 each come back at their price, though 4 were bought later for 6; then 5 more, of which the later
    // ones first; a return before its order finds nothing.
    let orders = "frame(#{customer: [\"a\", \"a\", \"a\", \"a\", \"a\", \"b\"],
        date: [date(\"2024-01-01\"), date(\"2024-01-05\"), date(\"2024-01-09\"), date(\"2024-01-10\"), date(\"2023-12-31\"), date(\"2024-01-10\")],
        product: [\"mug\", \"mug\", \"mug\", \"mug\", \"mug\", \"mug\"],
        quantity: [10, 4, -2, -5, -1, -1], amount: [50.0, 24.0, -10.0, -30.0, -5.0, -5.0]})";
    let call = format!("{orders}.match_returns()");
    let table = answer(&format!("{call}.table()"));
    let status = ["partly_returned", "returned", "matched", "matched", "unmatched", "unmatched"];
    assert_eq!(column(&table, "status"), status);
    let pairs = answer(&format!("{call}.pairs"));
    let pair = |name: &str| column(&pairs, name);
    assert_eq!(pair("return_row"), [3, 4, 4]);
    assert_eq!(pair("sale_row"), [1, 2, 1]);
    assert_eq!(pair("quantity"), [2.0, 4.0, 1.0]);
    assert_eq!(pair("days"), [8, 5, 9]);
    assert_eq!(pair("same_price"), [true, true, false]);
    // 10 − 2 − 1 of the first are left; the last return gave 1 more than the piece had cost.
    assert_eq!(column(&table, "net_amount"), [35.0, 0.0, 0.0, -1.0, -5.0, -5.0]);
    let within = answer(&format!("{orders}.match_returns(#{{within: 6}}).pairs"));
    assert_eq!(column(&within, "sale_row"), [2, 2]);
    let by_amount = "frame(#{customer: [1, 1, 1], date: [date(\"2024-01-01\"), date(\"2024-01-02\"), date(\"2024-01-03\")], amount: [5.0, 8.0, -5.0]})";
    assert_eq!(column(&answer(&format!("{by_amount}.match_returns().pairs")), "sale_row"), [1]);
    let cancelled = "frame(#{customer: [1], date: [date(\"2024-01-01\")], amount: [5.0], order: [\"C1\"]})";
    assert!(failure(&format!("{cancelled}.match_returns(#{{prefix: \"C\"}})")).contains("above zero"));
    assert!(failure(&format!("{by_amount}.match_returns(#{{prefix: \"C\"}})")).contains("which is not there"));
    assert!(failure(&format!("{cancelled}.match_returns(#{{prefix: \"\"}})")).contains("`prefix` is empty"));
}

fn cell() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        3 => "[ 0-9/.年月-]{0,10}".prop_map(Some),
        3 => "[€$ 0-9.,()-]{0,9}".prop_map(Some),
        3 => "\\PC{0,12}".prop_map(Some),
        1 => Just(Some("n/a".to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever stands in a column, as whatever it is read: no row is lost, every value has one fate, and what was put in
    /// form once is in form.
    #[test]
    fn no_value_is_lost_whatever_it_is(
        cells in prop::collection::vec(cell(), 0..12),
        kind in prop::sample::select(vec!["text", "name", "address", "email", "phone", "country", "category", "date", "datetime",
            "number", "money", "flag", "weight", "length", "volume"]),
    ) {
        let count = cells.len() as i64;
        let call = format!("{}.standardize(#{{columns: #{{x: \"{kind}\"}}, country: \"GB\"}})", frame(&[("x", cells)]));
        let table = answer(&format!("{call}.table()"));
        prop_assert_eq!(rows(&table).len() as i64, count);
        let fates = answer(&format!("{call}.columns"));
        let sum: i64 = ["kept", "changed", "missing", "unreadable"].iter().map(|fate| whole(&rows(&fates)[0], fate)).sum();
        prop_assert_eq!(sum, count);
        let missing = column(&table, "x").iter().filter(|cell| cell.is_null()).count() as i64;
        prop_assert_eq!(missing, whole(&rows(&fates)[0], "missing") + whole(&rows(&fates)[0], "unreadable"));
        let again = format!("{call}.table().standardize(#{{columns: #{{x: \"{kind}\"}}, country: \"GB\"}}).table()");
        prop_assert_eq!(answer(&again), table);
    }

    /// Kept and removed rows are the rows that came; what stays has no duplicates.
    #[test]
    fn deduplicated_rows_balance(
        keys in prop::collection::vec(prop::option::of("[ab]{1,2}"), 1..30),
        keep in prop::sample::select(vec!["first", "last", "most_complete"]),
    ) {
        let count = keys.len() as i64;
        let others = (0..keys.len()).map(|row| (row % 3 > 0).then(|| format!("{}", row % 5))).collect();
        let call = format!("{}.deduplicate(#{{by: \"k\", keep: \"{keep}\"}})", frame(&[("k", keys), ("v", others)]));
        let found = answer(&call);
        prop_assert_eq!(whole(&found, "kept") + whole(&found, "duplicates"), count);
        let (table, removed) = (answer(&format!("{call}.table()")), answer(&format!("{call}.removed")));
        prop_assert_eq!((rows(&table).len() as i64, rows(&removed).len() as i64), (whole(&found, "kept"), whole(&found, "duplicates")));
        let again = answer(&format!("{call}.table().deduplicate(#{{by: \"k\"}})"));
        prop_assert_eq!(whole(&again, "duplicates"), 0);
    }

    /// What returns take off sales they are given back: the amounts that are left add up to those that came, and no order
    /// is taken back more than once.
    #[test]
    fn returned_amounts_balance(
        lines in prop::collection::vec((0..3_u8, 0..3_u8, 0..20_u8, -5..9_i8, 1..4_u8), 1..40),
    ) {
        type Line = (u8, u8, u8, i8, u8);
        let of = |pick: fn(&Line) -> String| lines.iter().map(pick).collect::<Vec<_>>().join(", ");
        let code = format!(
            "frame(#{{customer: [{}], product: [{}], date: [{}], quantity: [{}], amount: [{}]}}).match_returns()",
            of(|line| line.0.to_string()),
            of(|line| line.1.to_string()),
            of(|line| format!("date(\"2024-01-{:02}\")", line.2 + 1)),
            of(|line| line.3.to_string()),
            of(|line| format!("{:.1}", f64::from(line.3) * f64::from(line.4))),
        );
        let table = answer(&format!("{code}.table()"));
        prop_assert_eq!(rows(&table).len(), lines.len());
        let sum = |name: &str| column(&table, name).iter().filter_map(Json::as_f64).sum::<f64>();
        prop_assert!((sum("net_amount") - sum("amount")).abs() < 1e-6);
        for row in rows(&table).iter().filter(|row| row["quantity"].as_i64() > Some(0)) {
            let (net, amount) = (row["net_amount"].as_f64().unwrap(), row["amount"].as_f64().unwrap());
            prop_assert!(net > -1e-9 && net < amount + 1e-9, "{}", row);
        }
        for pair in rows(&answer(&format!("{code}.pairs"))) {
            prop_assert!(whole(pair, "days") >= 0);
        }
    }
}
