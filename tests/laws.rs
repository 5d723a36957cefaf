//! What must hold whatever the data: seeded random orders, many times.

use serde_json::Value as Json;

use crate::witnesses::answer;

/// A small generator, so that the tests need no crate and no clock.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Orders as the text of a script, in a given order of rows.
fn orders(seed: u64, rows: usize, reversed: bool) -> String {
    let mut dice = Dice(seed);
    let mut lines: Vec<(u64, String, f64)> = (0..rows)
        .map(|_| {
            let date = format!("{}-{:02}-{:02}", 2023 + dice.roll(2), 1 + dice.roll(12), 1 + dice.roll(28));
            (dice.roll(40), date, dice.roll(10_000) as f64 / 100.0)
        })
        .collect();
    if reversed {
        lines.reverse();
    }
    let list = |cell: fn(&(u64, String, f64)) -> String| lines.iter().map(cell).collect::<Vec<_>>().join(", ");
    format!(
        "frame(#{{customer: [{}], date: [{}], amount: [{}]}})",
        list(|line| line.0.to_string()),
        list(|line| format!("\"{}\"", line.1)),
        list(|line| format!("{:?}", line.2)),
    )
}

const CALLS: [&str; 9] = [
    "rfm()",
    "rfm(#{cut: \"rank\", bins: 4})",
    "pareto_share()",
    "cohort_retention()",
    "cohort_retention(#{kind: \"unbounded\", period: \"quarter\"})",
    "cohort_retention(#{measure: \"revenue\"})",
    "churn_rate(#{within: 2})",
    "churn_rate(#{kind: \"lapsed\", measure: \"revenue\", period: \"quarter\"})",
    "cohort_retention(#{period: \"week\", kind: \"bracket\", brackets: [[1, 4], [5, 13]]})",
];

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

/// Numbers may differ by the rounding of a sum taken in another order: a few units in the last place of 1e4.
fn nearly(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => (left.as_f64().unwrap() - right.as_f64().unwrap()).abs() < 1e-9,
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| nearly(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((name, left), (other, right))| name == other && nearly(left, right))
        }
        _ => left == right,
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    for seed in 0..6 {
        for call in CALLS {
            let one = answer(&format!("{}.{call}", orders(seed, 200, false)));
            let other = answer(&format!("{}.{call}", orders(seed, 200, true)));
            assert!(nearly(&one, &other), "seed {seed}: {call}");
        }
    }
}

#[test]
fn the_same_call_gives_the_same_answer_to_the_last_digit() {
    for call in CALLS {
        let code = format!("sample(\"cdnow\").{call}");
        assert_eq!(answer(&code), answer(&code), "{call}");
    }
}

#[test]
fn scores_follow_the_values() {
    for seed in 0..6 {
        for options in ["", "#{bins: 2}", "#{bins: 10}", "#{cut: \"rank\"}", "#{cut: \"rank\", bins: 7}"] {
            let answer = answer(&format!("{}.rfm({options})", orders(seed, 150, false)));
            for left in rows(&answer) {
                for right in rows(&answer) {
                    let number = |row: &Json, name: &str| row[name].as_f64().unwrap();
                    for (value, score, sign) in
                        [("recency", "r", -1.0), ("frequency", "f", 1.0), ("monetary", "m", 1.0)]
                    {
                        let difference = sign * (number(left, value) - number(right, value));
                        let scores = number(left, score) - number(right, score);
                        assert!(
                            difference * scores >= 0.0 && (difference != 0.0 || scores == 0.0),
                            "{options} {value}: {left} {right}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn shares_are_shares() {
    for seed in 0..6 {
        let record = answer(&format!("{}.pareto_share()", orders(seed, 200, false)));
        let number = |name: &str| record[name].as_f64().unwrap();
        assert!((0.2..=1.0).contains(&number("top_share")), "the best fifth has at least a fifth");
        assert!((0.0..1.0).contains(&number("gini")));
        assert!(number("gini_lower") <= number("gini") && number("gini") <= number("gini_upper"));
        let table = answer(&format!("{}.pareto_share().table()", orders(seed, 200, false)));
        let total: f64 = rows(&table).iter().map(|row| row["share"].as_f64().unwrap()).sum();
        assert!((total - 1.0).abs() < 1e-12, "shares add to one");
    }
}

#[test]
fn customers_of_every_period_balance_and_the_same_are_lost_either_way() {
    for seed in 0..6 {
        let data = orders(seed, 300, false);
        for within in 1..4_usize {
            let lost = |kind: &str| {
                let table = answer(&format!("{data}.churn_rate(#{{within: {within}, kind: \"{kind}\"}})"));
                let mut before = Some(0);
                for row in rows(&table) {
                    let count = |name: &str| row[name].as_i64();
                    assert_eq!(count("start"), before, "a period starts with those whom the one before ended with");
                    let arrived = count("new").unwrap() + count("returned").unwrap();
                    let left = count("start").zip(count("lost")).map(|(start, lost)| start + arrived - lost);
                    assert_eq!(count("end"), left);
                    assert!(count("end").is_none_or(|end| end >= 0) && arrived <= count("active").unwrap());
                    before = count("end");
                    if let Some(rate) = row["churn_rate"].as_f64() {
                        assert!((0.0..=1.0).contains(&rate));
                        assert!(row["lower"].as_f64().unwrap() <= rate && rate <= row["upper"].as_f64().unwrap());
                    }
                }
                let new: i64 = rows(&table).iter().map(|row| row["new"].as_i64().unwrap()).sum();
                let customers = answer(&format!("{data}.select(col(\"customer\").n_unique())"));
                assert_eq!(Some(new), customers[0]["customer"].as_i64(), "every customer is new once");
                rows(&table).iter().map(|row| row["lost"].as_i64()).collect::<Vec<_>>()
            };
            let (forward, lapsed) = (lost("forward"), lost("lapsed"));
            for (one, other) in forward.iter().zip(&lapsed[within..]) {
                assert!(one == other || other.is_none(), "{forward:?} {lapsed:?}");
            }
        }
    }
}

#[test]
fn retention_lies_between_its_limits_and_unbounded_is_no_less_than_classic() {
    for seed in 0..6 {
        let data = orders(seed, 200, false);
        let classic = answer(&format!("{data}.cohort_retention()"));
        let unbounded = answer(&format!("{data}.cohort_retention(#{{kind: \"unbounded\"}})"));
        assert_eq!(rows(&classic).len(), rows(&unbounded).len());
        let mut customers = 0.0;
        for (one, other) in rows(&classic).iter().zip(rows(&unbounded)) {
            assert!(one["active"].as_i64() <= other["active"].as_i64());
            if one["period"] == 0 {
                customers += one["customers"].as_f64().unwrap();
                assert_eq!(one["active"], one["customers"]);
            }
            if let Some(share) = one["retention"].as_f64() {
                assert!((0.0..=1.0).contains(&share));
                assert!(one["lower"].as_f64().unwrap() <= share && share <= one["upper"].as_f64().unwrap());
            }
        }
        let distinct = answer(&format!("{data}.select(col(\"customer\").n_unique())"));
        assert_eq!(Some(customers), distinct[0]["customer"].as_f64(), "every customer is in one cohort");
    }
}

/// Whole answers of the program, at one thread and at more: equal to the last digit.
#[test]
fn the_number_of_threads_does_not_matter() {
    let run = |threads: &str, call: &str| {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_regulars"))
            .env("POLARS_MAX_THREADS", threads)
            .args(["--no-plugins", "--output", "json", "-c", &format!("sample(\"cdnow\").{call}")])
            .output()
            .unwrap();
        assert!(program.status.success());
        program.stdout
    };
    for call in CALLS {
        assert!(run("1", call) == run("4", call), "{call}");
    }
}
