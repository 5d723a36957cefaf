//! Published values, and values worked out by hand with the sums shown.

use regulars::show::{self, Format, Value};
use regulars_plugin::Quiet;
use serde_json::Value as Json;

use crate::examples::session;

/// The JSON that a piece of script answers with.
pub fn answer(code: &str) -> Json {
    let value = session(Vec::new()).run(code).answer.unwrap_or_else(|failure| panic!("{code}: {failure}"));
    serde_json::from_str(&show::export(&value, Format::Json, &Quiet).unwrap()).unwrap()
}

fn notes(code: &str) -> Vec<String> {
    match session(Vec::new()).run(code).answer.unwrap() {
        Value::Frame(frame) => frame.notes(&Quiet).unwrap(),
        Value::Record(record) => record.notes,
        _ => Vec::new(),
    }
}

fn cell<'a>(rows: &'a Json, cohort: &str, period: i64) -> &'a Json {
    rows.as_array().unwrap().iter().find(|row| row["cohort"] == cohort && row["period"] == period).unwrap()
}

/// CDNOW sample by calendar month, published with the data: cohorts of 781, 857 and 719 customers, of whom 124, 134 and
/// 87 bought in the month after, and 45.45 % of the January cohort in that month or later. Counts: no tolerance.
#[test]
fn cohorts_of_cdnow() {
    let classic = answer("sample(\"cdnow\").cohort_retention()");
    for (cohort, customers, active) in [("1997-01-01", 781, 124), ("1997-02-01", 857, 134), ("1997-03-01", 719, 87)] {
        let row = cell(&classic, cohort, 1);
        assert_eq!((row["customers"].as_i64(), row["active"].as_i64()), (Some(customers), Some(active)));
        assert_eq!(cell(&classic, cohort, 0)["retention"], 1.0);
    }
    // 18 months of January, 17 of February, 16 of March.
    assert_eq!(classic.as_array().unwrap().len(), 18 + 17 + 16);
    let unbounded = answer("sample(\"cdnow\").cohort_retention(#{kind: \"unbounded\"})");
    let row = cell(&unbounded, "1997-01-01", 1);
    assert_eq!(row["active"], 355);
    assert!((row["retention"].as_f64().unwrap() - 355.0 / 781.0).abs() < 1e-15, "355 of 781 are 45.45 %");
}

/// Wilson's interval of 124 of 781 by hand: z 1.959964, centre (.158771 + .002459) / 1.004919 = .160441, reach
/// 1.959964 √(.158771 · .841229 / 781 + .00000157) / 1.004919 = .025614.
#[test]
fn the_interval_of_a_cohort() {
    let rows = answer("sample(\"cdnow\").cohort_retention()");
    let row = cell(&rows, "1997-01-01", 1);
    let (lower, upper) = (row["lower"].as_f64().unwrap(), row["upper"].as_f64().unwrap());
    // The hand calculation carries six decimals.
    assert!((lower - 0.134_85).abs() < 2e-4 && (upper - 0.186_05).abs() < 2e-4, "{lower} {upper}");
}

/// By hand: cohort of January with ann (10, then 20 in February) and bob (30, nothing after); of February cyd (40, then
/// 50 in March, which has not ended by the 30th).
const FIVE: &str = "frame(#{customer: [\"ann\", \"ann\", \"bob\", \"cyd\", \"cyd\"], \
    date: [\"1997-01-05\", \"1997-02-10\", \"1997-01-20\", \"1997-02-02\", \"1997-03-30\"], amount: [10, 20, 30, 40, 50]})";

#[test]
fn cells_of_a_period_that_has_not_ended_are_masked() {
    let rows = answer(&format!("{FIVE}.cohort_retention()"));
    let masked = cell(&rows, "1997-02-01", 1);
    assert_eq!(masked["complete"], false);
    assert!(masked["retention"].is_null() && masked["lower"].is_null() && masked["upper"].is_null());
    assert_eq!(masked["active"], 1, "those seen so far are told");
    let ended = answer(&format!("{FIVE}.cohort_retention(#{{until: \"1997-03-31\"}})"));
    assert_eq!(cell(&ended, "1997-02-01", 1)["retention"], 1.0);
    assert!(notes(&format!("{FIVE}.cohort_retention()")).iter().any(|note| note.contains("masked")));
}

#[test]
fn revenue_is_a_share_of_the_first_period() {
    let rows = answer(&format!("{FIVE}.cohort_retention(#{{measure: \"revenue\", until: \"1997-03-31\"}})"));
    // 20 of 10 + 30.
    assert_eq!(cell(&rows, "1997-01-01", 1)["retention"], 0.5);
    // 50 of 40, by one customer: no interval.
    assert_eq!(cell(&rows, "1997-02-01", 1)["retention"], 1.25);
    assert!(cell(&rows, "1997-02-01", 1)["lower"].is_null());
}

#[test]
fn brackets_count_whoever_bought_in_any_of_their_periods() {
    let code = format!("{FIVE}.cohort_retention(#{{kind: \"bracket\", brackets: [[1, 2]], until: \"1997-03-31\"}})");
    let rows = answer(&code);
    let row = cell(&rows, "1997-01-01", 1);
    assert_eq!(
        (row["active"].as_i64(), row["retention"].as_f64(), row["complete"].as_bool()),
        (Some(1), Some(0.5), Some(true))
    );
    // February's second period would be April.
    assert_eq!(cell(&rows, "1997-02-01", 1)["complete"], false);
}

/// By hand, until 1997-03-31: ann bought on 1, 20 and 29 March (2 days ago, 3 orders, 70), bob on the 28th (3, 1, 80),
/// cyd on 2 January (88, 1, 10). Thirds of 2, 3, 88 are cut at 2 2/3 and 31 1/3; of 1, 1, 3 at 1 and 1 2/3;
/// of 10, 70, 80 at 50 and 73 1/3.
#[test]
fn rfm_by_hand() {
    let code = "frame(#{customer: [\"ann\", \"ann\", \"ann\", \"bob\", \"cyd\"], \
        date: [\"1997-03-01\", \"1997-03-20\", \"1997-03-29\", \"1997-03-28\", \"1997-01-02\"], \
        amount: [20, 35, 15, 80, 10]}).rfm(#{until: \"1997-03-31\", bins: 3})";
    let rows = answer(code);
    let line = |index: usize| {
        let row = &rows[index];
        let number = |name: &str| row[name].as_f64().unwrap();
        (
            row["customer"].as_str().unwrap().to_owned(),
            number("recency"),
            number("frequency"),
            number("monetary"),
            row["score"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(line(0), ("ann".into(), 2.0, 3.0, 70.0, "332".into()));
    assert_eq!(line(1), ("bob".into(), 3.0, 1.0, 80.0, "213".into()));
    assert_eq!(line(2), ("cyd".into(), 88.0, 1.0, 10.0, "111".into()));
}

/// `frequency` counts distinct orders where there is an `order` column, and rows otherwise.
#[test]
fn lines_of_one_order_are_one_order() {
    let lines = "frame(#{customer: [1, 1, 1], order: [7, 7, 8], date: [\"2024-01-01\", \"2024-01-01\", \"2024-01-05\"], amount: [1, 2, 3]})";
    assert_eq!(answer(&format!("{lines}.rfm()"))[0]["frequency"], 2);
    assert_eq!(answer(&format!("{lines}.drop(\"order\").rfm()"))[0]["frequency"], 3);
    assert!(notes(&format!("{lines}.drop(\"order\").rfm()")).iter().any(|note| note.contains("no `order` column")));
}

/// CDNOW: sums over all customers are those of the file, whatever the scores.
#[test]
fn rfm_loses_no_order_and_no_cent() {
    let rows = answer("sample(\"cdnow\").rfm()");
    let rows = rows.as_array().unwrap();
    let sum = |name: &str| rows.iter().map(|row| row[name].as_f64().unwrap()).sum::<f64>();
    let all = answer("sample(\"cdnow\").select(col(\"amount\").sum(), len().alias(\"rows\"))");
    assert_eq!(rows.len(), 2357);
    assert_eq!(sum("frequency"), all[0]["rows"].as_f64().unwrap());
    // 6,919 additions of amounts below 1,000 in another order: below 1e-8.
    assert!((sum("monetary") - all[0]["amount"].as_f64().unwrap()).abs() < 1e-8);
}

/// By hand: of 700, 200, 50, 30, 20 the top fifth is one customer with 700 of 1,000. Gini: Σ rank × value with 20 first
/// is 20 + 60 + 150 + 800 + 3500 = 4530; 2 · 4530 / (5 · 1000) − 6 / 5 = 0.612. The top 30 % is 700 and half of 200.
#[test]
fn pareto_by_hand() {
    let orders = "frame(#{customer: [\"ann\", \"bob\", \"cyd\", \"dan\", \"eve\"], \
        date: [\"1997-01-01\", \"1997-01-02\", \"1997-01-03\", \"1997-01-04\", \"1997-01-05\"], amount: [700, 200, 50, 30, 20]})";
    let record = answer(&format!("{orders}.pareto_share()"));
    assert!((record["gini"].as_f64().unwrap() - 0.612).abs() < 1e-12);
    assert!((record["top_share"].as_f64().unwrap() - 0.7).abs() < 1e-12);
    let third = answer(&format!("{orders}.pareto_share(#{{top: 0.3}})"));
    assert!((third["top_share"].as_f64().unwrap() - 0.8).abs() < 1e-12);
    // Class A until 80 % are reached: ann (0 before), bob (70 % before); cyd (90 %) is B, dan (95 %) and eve are C.
    let table = answer(&format!("{orders}.pareto_share().table()"));
    let classes: Vec<&str> = table.as_array().unwrap().iter().map(|row| row["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["A", "A", "B", "C", "C"]);
}
