//! One reader: what `standardize` reads, `profile` counts and `validate` accepts. Where they differ on purpose, the value stands
//! in a list here, and nowhere else.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::witnesses::answer;

/// Real and hostile values, of every kind.
const VALUES: &[&str] = &[
    // Dates.
    "2019/8/8",
    "2019-08-08",
    "2019-08-08T14:27",
    "2019-08-08T14:27:00Z",
    "2019-08-08 14:27:31.5+02:00",
    "20190808T142700Z",
    "2019年8月8日",
    "２０１９／８／８",
    "2019년 8월 8일",
    "08-Aug-2019",
    "8.8.19",
    "13.08.2019",
    "8. August 2019",
    "8 août 2019",
    "8 sierpnia 2019",
    "8 de agosto de 2019",
    "Aug 8, 2019",
    "Thursday, 8th of August 2019",
    " 2019-08-08 ",
    "2019. 8. 8.",
    "31/12/69",
    "03/04/2024",
    "2019-02-29",
    "31/04/2024",
    "12 10 19",
    "8/2019",
    "8,8,2019",
    "43685",
    "43685.5",
    "20190808",
    "1565274420",
    "25:00",
    // Numbers.
    "12",
    "12.0",
    "-3",
    "−3",
    "- 3",
    "00421",
    "1.234,56",
    "1,234.56",
    "1,234",
    "1.234",
    "1 234,5",
    "1\u{a0}234,5",
    "1’234.50",
    "1.234.567",
    "12,34,567",
    "(12.50)",
    "12.50-",
    "(-5)",
    "--5",
    ".5",
    "5.",
    "5,",
    "１２．５",
    "25 %",
    "1,23E+15",
    "1e999",
    "NaN",
    "1_234",
    "12 34",
    "1..2",
    // Amounts and quantities.
    "€ 12,50",
    "$12.50",
    "($5.25)",
    "99 kr",
    "EUR 1.234,50",
    "ABC 12",
    "5 kg",
    "500g",
    "3 fl oz",
    "5 blobs",
    "12 Stk",
    // Addresses.
    "ann@x.org",
    "Ann.Lee@Example.ORG",
    "Ann Lee <ann@x.org>",
    "mailto:ann@x.org",
    "ann @ x.org",
    " ann@x.org",
    "ａｎｎ@x.org",
    "ann@x.org.",
    "李@例子.中国",
    "ann@x",
    "a..b@x.org",
    "write to ann@x.org",
    "ann lee@x.org",
    "@ann",
    "ann@@x.org",
    // Telephones.
    "+44 20 7946 0958",
    "+442079460958",
    "0044 20 7946 0958",
    "+44 (0)20 7946 0958",
    "+999 1234567",
    "+49",
    "020 7946 0958",
    "(212) 555-0123",
    "0301234567",
    "call me",
    // Nothing.
    "",
    " ",
    "\u{200b}",
    "-",
    "-/-",
    "N/A",
    " null ",
    "keine Angabe",
    "未知",
    "?",
    // Others.
    "yes",
    "Nein",
    "是",
    "C536379",
    "5G",
    "TOP 5",
    "WHITE METAL LANTERN",
    "4111111111111111",
    "DE89370400440532013000",
    "https://shop.com/a?b=1",
];

fn literal(text: &str) -> String {
    json!(text).to_string().replace("${", "\\${")
}

/// A frame of one row, with a column for each value, so that no value has a say on another.
fn apart() -> String {
    let columns: Vec<String> =
        VALUES.iter().enumerate().map(|(place, text)| format!("c{place}: [{}]", literal(text))).collect();
    format!("frame(#{{{}}})", columns.join(", "))
}

fn options(of: impl Fn(usize) -> String) -> String {
    (0..VALUES.len()).map(of).collect::<Vec<_>>().join(", ")
}

/// The values that `standardize` reads as a kind; those that stand for nothing are none.
fn standardized(kind: &str) -> Vec<&'static str> {
    let kinds = options(|place| format!("c{place}: \"{kind}\""));
    let rows = answer(&format!("{}.standardize(#{{columns: #{{{kinds}}}, day_first: true}}).columns", apart()));
    held(&rows, |row| row["kept"].as_i64().unwrap() + row["changed"].as_i64().unwrap() == 1)
}

/// The values for which a check of `validate` passes; a value that is no value is not looked at.
fn validated(rule: &str) -> Vec<&'static str> {
    let rules = options(|place| format!("c{place}: #{{{rule}}}"));
    let rows = answer(&format!("{}.validate(#{{columns: #{{{rules}}}}}).table()", apart()));
    held(&rows, |row| row["status"] == "passed")
}

/// The values that `profile` counts as a kind whose word begins so.
fn profiled(words: &[&str]) -> Vec<&'static str> {
    let rows = answer(&format!("{}.profile(#{{today: \"2026-11-22\"}}).types", apart()));
    held(&rows, |row| words.iter().any(|word| row["holds"].as_str().unwrap().starts_with(word)))
}

fn held(rows: &Json, wanted: impl Fn(&Json) -> bool) -> Vec<&'static str> {
    let places: BTreeMap<usize, bool> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["column"].as_str().unwrap()[1..].parse().unwrap(), wanted(row)))
        .collect();
    assert_eq!(places.len(), VALUES.len());
    places.into_iter().filter(|(_, is_so)| *is_so).map(|(place, _)| VALUES[place]).collect()
}

/// The values of one list that are not in the other.
fn without(values: &[&'static str], others: &[&str]) -> Vec<&'static str> {
    values.iter().filter(|text| !others.contains(text)).copied().collect()
}

/// Without those that are empty, which every type lets pass.
fn values(all: &[&'static str]) -> Vec<&'static str> {
    without(all, &["", " ", "\u{200b}"])
}

#[test]
fn dates_are_the_same_for_all() {
    let (read, counted, accepted) = (standardized("date"), profiled(&["dates"]), validated("type: \"date\""));
    assert_eq!(counted, values(&accepted));
    // Digits are a day where somebody says so.
    assert_eq!(without(&read, &counted), ["43685", "43685.5", "20190808", "1565274420"]);
    assert_eq!(without(&counted, &read), [""; 0]);
    assert!(["2019/8/8", "2019年8月8日", "8.8.19", "8 sierpnia 2019"].iter().all(|text| read.contains(text)));
    assert!(["2019-02-29", "8/2019", "12 10 19", "12"].iter().all(|text| !read.contains(text)));
}

#[test]
fn numbers_are_the_same_for_all() {
    let mut read: Vec<&str> = Vec::new();
    for kind in ["number", "money", "weight", "length", "volume"] {
        read.extend(standardized(kind));
    }
    read.sort_by_key(|text| VALUES.iter().position(|value| value == text));
    read.dedup();
    let counted = profiled(&["numbers", "digits with", "whole numbers", "negative numbers"]);
    assert_eq!(counted, values(&validated("type: \"number\"")));
    // What says more than that it is a number, and what is one only where somebody says so.
    let more = ["+44 20 7946 0958", "+442079460958", "5G", "TOP 5", "4111111111111111"];
    assert_eq!(without(&without(&read, &counted), &more), [""; 0]);
    assert_eq!(without(&counted, &read), [""; 0]);
    assert!(["(12.50)", "1 234,5", "１２．５", "99 kr", "12 Stk"].iter().all(|text| read.contains(text)));
    assert!(["ABC 12", "5 blobs", "1e999", "(-5)", "12 34"].iter().all(|text| !read.contains(text)));
    // All of them are plain numbers but those with a currency or a unit.
    let with_more = ["€ 12,50", "$12.50", "($5.25)", "99 kr", "EUR 1.234,50", "5 kg", "500g", "3 fl oz", "5G", "TOP 5"];
    assert_eq!(without(&read, &standardized("number")), with_more);
    let whole = validated("type: \"integer\"");
    assert!(whole.contains(&"1,234") && !whole.contains(&"(12.50)") && !whole.contains(&"12.0"));
}

#[test]
fn addresses_are_the_same_for_all() {
    let (read, counted) = (standardized("email"), profiled(&["e-mail"]));
    // `standardize` takes away what is around an address, which would not reach anybody as it stands.
    let around = ["Ann Lee <ann@x.org>", "mailto:ann@x.org", "ann @ x.org", "ann@x.org."];
    assert_eq!(without(&read, &counted), around);
    assert_eq!(without(&counted, &read), [""; 0]);
    // A format is about how a value is written: white space and full width fail it.
    let accepted = validated("format: \"email\"");
    assert_eq!(without(&counted, &accepted), [" ann@x.org", "ａｎｎ@x.org"]);
    assert_eq!(without(&accepted, &counted), [""; 0]);
    assert!(!read.contains(&"write to ann@x.org") && !read.contains(&"a..b@x.org"));
}

#[test]
fn telephone_numbers_are_the_same_for_all() {
    let (read, counted) = (standardized("phone"), profiled(&["telephone"]));
    assert_eq!(read, ["+44 20 7946 0958", "+442079460958", "0044 20 7946 0958", "+44 (0)20 7946 0958"]);
    assert_eq!(without(&read, &counted), [""; 0]);
    // Beyond doubt a telephone number, but nobody says of which country.
    assert_eq!(without(&counted, &read), ["020 7946 0958", "(212) 555-0123"]);
    let accepted = validated("format: \"phone\"");
    assert_eq!(without(&counted, &accepted), [""; 0]);
    let wrong = ["+999 1234567", "+49", "call me", "12"];
    assert!(wrong.iter().all(|text| !accepted.contains(text) && !counted.contains(text)));
}

#[test]
fn missing_values_are_the_same_for_all() {
    let counted = profiled(&["empty text", "white space", "the word", "signs alone"]);
    let kinds = options(|place| format!("c{place}: \"text\""));
    let rows = answer(&format!("{}.standardize(#{{columns: #{{{kinds}}}}}).columns", apart()));
    assert_eq!(held(&rows, |row| row["missing"] == 1), counted);
    assert!(["-/-", "未知", "keine Angabe", "\u{200b}"].iter().all(|text| counted.contains(text)));
}

fn column(texts: &[String]) -> String {
    format!("frame(#{{x: [{}]}})", texts.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", "))
}

/// Rows that fail a check, from 0.
fn failing(frame: &str, rule: &str) -> Vec<usize> {
    let rows = answer(&format!("{frame}.validate(#{{columns: #{{x: #{{{rule}}}}}}}).failing.to_list(\"row\")"));
    rows.as_array().unwrap().iter().map(|row| row.as_u64().unwrap() as usize - 1).collect()
}

fn read_values(frame: &str, kind: &str) -> Vec<Json> {
    let rows = answer(&format!("{frame}.standardize(#{{columns: #{{x: \"{kind}\"}}}}).table()"));
    rows.as_array().unwrap().iter().map(|row| row["x"].clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the column holds, all three decide on day and month in the same way: the days that `standardize` reads are those
    /// that `profile` counts, and those that a bound of `validate` looks at.
    #[test]
    fn day_and_month_are_told_apart_by_one_rule(
        days in prop::collection::vec((1_u32..=28, 1_u32..=12, 2001_i32..2024, any::<bool>()), 1..8),
        month_first in any::<bool>(),
        bound in (1_u32..=28, 1_u32..=12, 2001_i32..2024),
    ) {
        let texts: Vec<String> = days.iter().map(|(day, month, year, has_dots)| match (has_dots, month_first) {
            (true, _) => format!("{day:02}.{month:02}.{year}"),
            (false, true) => format!("{month}/{day}/{year}"),
            (false, false) => format!("{day}/{month}/{year}"),
        }).collect();
        let frame = column(&texts);
        let read = read_values(&frame, "date");
        let bound = format!("{}-{:02}-{:02}", bound.2, bound.1, bound.0);
        let wanted: Vec<usize> = (0..read.len())
            .filter(|row| read[*row].as_str().is_some_and(|day| day < bound.as_str()))
            .collect();
        let failing = failing(&frame, &format!("min: \"{bound}\""));
        // Where nothing decides, a row fails only if it does in both readings.
        for row in &wanted {
            prop_assert!(failing.contains(row), "{texts:?}: row {row} of {read:?} below {bound}, but only {failing:?} fail");
        }
        for row in failing {
            prop_assert!(wanted.contains(&row) || read[row].is_null(), "{texts:?}: row {row} of {read:?} is not below {bound}");
        }
        if read.iter().all(|day| !day.is_null()) {
            let first = read.iter().filter_map(Json::as_str).min().unwrap();
            let last = read.iter().filter_map(Json::as_str).max().unwrap();
            let reach = &answer(&format!("{frame}.profile(#{{today: \"2026-11-22\"}}).dates"))[0];
            prop_assert_eq!((&reach["first"], &reach["last"]), (&json!(first), &json!(last)), "{:?}", texts);
        }
    }

    /// The same with the decimal sign.
    #[test]
    fn the_decimal_sign_is_told_by_one_rule(
        numbers in prop::collection::vec((0_u32..2_000_000, 0_usize..4), 1..8),
        is_comma in any::<bool>(),
        bound in 0_u32..2_000_000,
    ) {
        let (thousands, decimal) = if is_comma { (".", ",") } else { (",", ".") };
        let texts: Vec<String> = numbers.iter().map(|(number, decimals)| {
            let whole = match number {
                1000.. if number % 2 == 0 => format!("{}{thousands}{:03}", number / 1000, number % 1000),
                _ => number.to_string(),
            };
            if *decimals == 0 { whole } else { format!("{whole}{decimal}{:0width$}", number % 10, width = decimals) }
        }).collect();
        let frame = column(&texts);
        let read = read_values(&frame, "number");
        let wanted: Vec<usize> =
            (0..read.len()).filter(|row| read[*row].as_f64().is_some_and(|number| number < f64::from(bound))).collect();
        prop_assert_eq!(failing(&frame, &format!("min: {bound}")), wanted, "{:?} {:?}", texts, read);
        let found = &answer(&format!("{frame}.profile().table()"))[0];
        let least = read.iter().filter_map(Json::as_f64).fold(f64::INFINITY, f64::min);
        if let Some(min) = found["min"].as_str().and_then(|text| text.parse::<f64>().ok()) {
            prop_assert_eq!(min, least, "{:?} {:?}", texts, read);
        }
    }
}

/// What cannot be decided is told, and nothing passes by it.
#[test]
fn validate_tells_how_days_are_read() {
    let frame = "frame(#{x: [\"03/04/2024\", \"05/06/2024\"]})";
    let call = |rules: &str, rest: &str| answer(&format!("{frame}.validate(#{{columns: #{{x: #{{{rules}}}}}}}){rest}"));
    let check = &call("min: \"2024-04-01\"", ".table()")[0];
    // The first row is in March or in April, the second one after the bound in both readings.
    assert_eq!((&check["rows"], &check["status"]), (&json!(1), &json!("not looked at")));
    assert!(check["told"].as_str().unwrap().contains("say `day_first`"), "{check}");
    assert_eq!(call("min: \"2024-04-01\", day_first: true", ".failing_rows"), 0);
    assert_eq!(call("min: \"2024-04-01\", day_first: false", ".failing_rows"), 1);
    // It is a date either way.
    assert_eq!(call("type: \"date\"", ".holds"), true);
    assert_eq!(
        answer("frame(#{x: [\"1,234\"]}).validate(#{columns: #{x: #{max: 2, decimal_comma: true}}}).holds"),
        true
    );
}

#[test]
fn a_telephone_number_is_of_the_country_of_its_row() {
    let frame = "frame(#{tel: [\"020 7946 0958\", \"030 1234567\", \"+12125550123\", \"030 1234567\", \"030 1234567\"], \
                 land: [\"UK\", \"Deutschland\", \"Atlantis\", (), \"Atlantis\"]})";
    let call = |options: &str, rest: &str| {
        answer(&format!("{frame}.standardize(#{{columns: #{{tel: \"phone\"}}, {options}}}){rest}"))
    };
    let numbers = |options: &str| -> Vec<Json> {
        call(options, ".table()").as_array().unwrap().iter().map(|row| row["tel"].clone()).collect()
    };
    let (london, berlin, york) = (json!("+442079460958"), json!("+49301234567"), json!("+12125550123"));
    let by_row = [london.clone(), berlin.clone(), york.clone(), Json::Null, Json::Null];
    assert_eq!(numbers("country_column: \"land\""), by_row);
    assert_eq!(
        numbers("country_column: \"land\", country: \"DE\""),
        [london, berlin.clone(), york, berlin.clone(), berlin]
    );
    let evidence = call("country_column: \"land\"", ".columns")[0]["evidence"].as_str().unwrap().to_owned();
    assert!(evidence.contains("`land` names no country in 3 rows, most often `Atlantis`"), "{evidence}");
    let counts = &call("country_column: \"land\"", ".columns")[0];
    assert_eq!((&counts["changed"], &counts["kept"], &counts["unreadable"]), (&json!(2), &json!(1), &json!(2)));
}

/// Two codes that have one hash of 64 bits are still two codes, wherever they are looked up.
#[test]
fn equal_hashes_are_no_equal_keys() {
    let (one, other) = ("pwgaq83zaaaaapa", "u3v4fpp3sdp6s9y");
    let frame = format!("frame(#{{x: [\"{one}\", \"{other}\"], y: [1, 1]}})");
    assert_eq!(
        answer(&format!("{frame}.validate(#{{columns: #{{x: #{{unique: true}}}}, keys: [\"x\", \"y\"]}}).holds")),
        true
    );
    let known = format!("references: #{{x: #{{table: frame(#{{x: [\"{one}\"]}})}}}}");
    assert_eq!(answer(&format!("{frame}.validate(#{{{known}}}).failing.to_list(\"row\")")), json!([2]));
    let listed = format!("columns: #{{x: #{{values: [\"{one}\"]}}}}");
    assert_eq!(answer(&format!("{frame}.validate(#{{{listed}}}).failing.to_list(\"row\")")), json!([2]));
    // Rows that do come twice fail, all of them, also beside others with their hash.
    let frame = format!("frame(#{{x: [\"{one}\", \"{other}\", \"a\", \"{other}\", ()]}})");
    let call = format!("{frame}.validate(#{{columns: #{{x: #{{unique: true}}}}}})");
    assert_eq!(answer(&format!("{call}.failing.to_list(\"row\")")), json!([2, 4]));
    assert_eq!(answer(&format!("{call}.table()"))[0]["rows"], 4);
}
