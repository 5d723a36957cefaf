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

/// Freireich and others (1963), weeks in remission: 21 patients under 6-MP, 21 without.
const REMISSIONS: &str = "
    let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
    let back = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
    weeks += [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    back.pad(42, 1);
    let arm = [];
    arm.pad(21, \"6-MP\");
    arm.pad(42, \"control\");
    let both = frame(#{weeks: weeks, back: back, arm: arm});";

/// Published: under 6-MP a median of 23 weeks, S(6) .8571 with the error .0764 and the log-log interval .620 to .952;
/// log-rank 16.793, expected 19.25 and 10.75. Tolerances are half a unit of the last printed place.
#[test]
fn remissions_as_published() {
    let near = |found: &Json, wanted: f64, within: f64| {
        assert!((found.as_f64().unwrap() - wanted).abs() <= within, "{found} is not {wanted}");
    };
    let by_arm = "both.survival(#{duration: \"weeks\", event: \"back\", by: \"arm\"})";
    let summary = answer(&format!("{REMISSIONS} {by_arm}.summary"));
    near(&summary[0]["median"], 23.0, 0.0);
    near(&summary[1]["median"], 8.0, 0.0);
    let steps =
        answer(&format!("{REMISSIONS} {by_arm}.table().filter((col(\"group\") == \"6-MP\") & (col(\"time\") == 6))"));
    near(&steps[0]["at_risk"], 21.0, 0.0);
    near(&steps[0]["survival"], 0.8571, 5e-5);
    near(&steps[0]["standard_error"], 0.0764, 5e-5);
    near(&steps[0]["lower"], 0.620, 5e-4);
    near(&steps[0]["upper"], 0.952, 5e-4);
    let one = "both.filter(col(\"arm\") == \"6-MP\").survival(#{duration: \"weeks\", event: \"back\"})";
    assert_eq!(answer(&format!("{REMISSIONS} {one}.median")), 23.0);
    assert!(notes(&format!("{REMISSIONS} {one}")).iter().any(|note| note.contains("log-log")));
    let test = "both.log_rank(#{duration: \"weeks\", event: \"back\", by: \"arm\"})";
    near(&answer(&format!("{REMISSIONS} {test}.statistic")), 16.793, 5e-4);
    near(&answer(&format!("{REMISSIONS} {test}.table()"))[0]["expected"], 19.25, 5e-3);
    near(&answer(&format!("{REMISSIONS} {test}.pairwise"))[0]["statistic"], 16.793, 5e-4);
}

/// By hand: with one cause and nobody left out the share is that of the rows: 1, 2, 4 of 4 after 1, 2 and 3.
#[test]
fn shares_of_causes_by_hand() {
    let code = "frame(#{t: [1, 2, 3, 3], why: [2, 2, 2, 2]}).competing_risks(#{duration: \"t\", cause: \"why\"})";
    let shares: Vec<f64> = answer(&format!("{code}.table()"))
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["incidence"].as_f64().unwrap())
        .collect();
    assert_eq!(shares, [0.0, 0.25, 0.5, 1.0]);
    // Two causes and one row that is only no longer seen, at 2: after 1 one of 4; at 3 one of 2 is left and each cause
    // takes half of the three quarters.
    let code =
        "frame(#{t: [1, 2, 3, 3], why: [\"a\", (), \"a\", \"b\"]}).competing_risks(#{duration: \"t\", cause: \"why\"})";
    let summary = answer(&format!("{code}.summary"));
    assert_eq!((&summary[0]["cause"], &summary[0]["incidence"]), (&Json::from("a"), &Json::from(0.625)));
    assert_eq!((&summary[1]["cause"], &summary[1]["incidence"]), (&Json::from("b"), &Json::from(0.375)));
}

/// By hand: ann orders in January, February and April, bob in January and March, cyd in February, dan in January.
/// January (ann, bob, dan) loses bob and dan, February (ann, cyd) both, March bob; April is not over its next month.
/// Lapsed after two months, by revenue: at the start of March ann, bob, cyd and dan are there, who paid 30, 40, 60 and 70
/// in the two months before, and dan is lost: 70/200; at the start of April ann (20), bob (50) and cyd (60): 60/130.
#[test]
fn churn_by_hand() {
    let orders = "frame(#{
        customer: [\"ann\", \"ann\", \"ann\", \"bob\", \"bob\", \"cyd\", \"dan\"],
        date: [\"1997-01-05\", \"1997-02-10\", \"1997-04-30\", \"1997-01-20\", \"1997-03-02\", \"1997-02-12\", \"1997-01-31\"],
        amount: [10, 20, 30, 40, 50, 60, 70]})";
    let column = |code: &str, name: &str| -> Vec<Option<f64>> {
        answer(code).as_array().unwrap().iter().map(|row| row[name].as_f64()).collect()
    };
    let forward = format!("{orders}.churn_rate()");
    assert_eq!(column(&forward, "churn_rate"), [Some(2.0 / 3.0), Some(1.0), Some(1.0), None]);
    assert_eq!(column(&forward, "returned"), [Some(0.0), Some(0.0), Some(1.0), Some(1.0)]);
    assert_eq!(column(&forward, "end"), [Some(1.0), Some(0.0), Some(0.0), None]);
    assert!(notes(&forward).iter().any(|note| note.contains("of 5 times") && note.contains("2 (40 %)")));
    let lapsed = format!("{orders}.churn_rate(#{{kind: \"lapsed\", within: 2, measure: \"revenue\"}})");
    assert_eq!(column(&lapsed, "base"), [Some(0.0), Some(120.0), Some(200.0), Some(130.0)]);
    assert_eq!(column(&lapsed, "churn_rate"), [None, None, Some(70.0 / 200.0), Some(60.0 / 130.0)]);
    assert_eq!(column(&lapsed, "start"), [Some(0.0), Some(3.0), Some(4.0), Some(3.0)]);
}
