//! Churn: features that do not look past the cut, and models that are told what they have not seen.

use serde_json::Value as Json;

use crate::witnesses::answer;

fn number(json: &Json, row: usize, column: &str) -> f64 {
    json[row][column].as_f64().unwrap_or(f64::NAN)
}

fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack, "{found} is not {wanted}");
}

#[test]
fn features_by_hand() {
    let orders = "let orders = frame(#{
        customer: ['ann', 'ann', 'ann', 'bob', 'ann', 'bob', 'cyd'],
        date: ['1997-01-01', '1997-01-11', '1997-02-10', '1997-01-20', '1997-03-31', '1997-04-01', '1997-03-02'],
        amount: [10, 20, -5, 7, 1, 1, 1],
        product: ['tea', 'tea', 'cup', 'pot', 'jar', 'jar', 'jar'],
    });"
    .replace('\'', "\"");
    let found = answer(&format!("{orders} orders.churn_features(#{{until: \"1997-03-01\", horizon: \"30d\"}})"));
    assert_eq!(found.as_array().map(Vec::len), Some(2), "cyd is not known by the cut");
    // Ann: gaps of 10 and 30 days; the thirty days to the cut begin on January 31st.
    for (column, wanted) in [
        ("recency", 19.0),
        ("tenure", 59.0),
        ("frequency", 3.0),
        ("monetary", 25.0),
        ("mean_order", 25.0 / 3.0),
        ("mean_gap", 20.0),
        ("sd_gap", 200.0_f64.sqrt()),
        ("overdue", 0.95),
        ("orders_30d", 1.0),
        ("orders_90d", 3.0),
        ("orders_180d", 3.0),
        ("spend_30d", -5.0),
        ("spend_90d", 25.0),
        ("orders_trend", 1.0),
        ("spend_trend", 1.0),
        ("return_share", 1.0 / 3.0),
        ("products", 2.0),
    ] {
        near(number(&found, 0, column), wanted, 1e-12);
    }
    assert!(found[0]["channels"].is_null());
    // Ann comes back on the last day of the horizon, Bob one day later.
    assert_eq!((&found[0]["churned"], &found[1]["churned"]), (&Json::Bool(false), &Json::Bool(true)));
    assert!(found[1]["mean_gap"].is_null() && found[1]["overdue"].is_null());
    // With numbers of orders, two rows of one number are one order.
    let found = answer(
        &"frame(#{customer: ['a', 'a', 'a', 'b'], date: ['1997-01-01', '1997-01-01', '1997-01-11', '1997-06-01'],
           amount: [1, 2, 3, 4], order: ['x', 'x', 'y', 'z']})
          .churn_features(#{until: '1997-01-31', horizon: '30d'})"
            .replace('\'', "\""),
    );
    near(number(&found, 0, "frequency"), 2.0, 0.0);
    // The thirty days to January 31st begin on the 2nd.
    near(number(&found, 0, "orders_30d"), 1.0, 0.0);
}

/// A small generator, so that the tests need no crate and no clock.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Customer, date and amount.
    fn orders(&mut self, rows: u64, year: u64) -> Vec<(u64, String, u64)> {
        let date = |dice: &mut Dice| format!("{year}-{:02}-{:02}", 1 + dice.roll(12), 1 + dice.roll(28));
        (0..rows).map(|_| (self.roll(30), date(self), 1 + self.roll(9000))).collect()
    }
}

fn written(orders: &[(u64, String, u64)]) -> String {
    let list = |cell: fn(&(u64, String, u64)) -> String| orders.iter().map(cell).collect::<Vec<_>>().join(", ");
    format!(
        "frame(#{{customer: [{}], date: [{}], amount: [{}]}})",
        list(|order| order.0.to_string()),
        list(|order| format!("\"{}\"", order.1)),
        list(|order| order.2.to_string()),
    )
}

#[test]
fn no_row_after_the_cut_changes_a_feature_and_none_before_it_the_label() {
    for seed in 1..6 {
        let mut dice = Dice(seed);
        let (before, after) = (dice.orders(120, 2023), dice.orders(60, 2024));
        let (other_before, other_after) = (dice.orders(200, 2023), dice.orders(80, 2024));
        // Everybody is known in both, and the data always reach to the same day.
        let known: Vec<(u64, String, u64)> = (0..30).map(|customer| (customer, "2023-01-01".to_owned(), 5)).collect();
        let last = (0, "2024-12-31".to_owned(), 1);
        let features = |before: &[(u64, String, u64)], after: &[(u64, String, u64)]| {
            let orders = [&known, before, after, std::slice::from_ref(&last)].concat();
            answer(&format!("{}.churn_features(#{{until: \"2023-12-31\", horizon: \"90d\"}})", written(&orders)))
        };
        let split = |table: Json| -> (Vec<Json>, Vec<Json>) {
            let mut rows: Vec<Json> = table.as_array().cloned().unwrap_or_default();
            let labels = rows.iter_mut().map(|row| row["churned"].take()).collect();
            (rows, labels)
        };
        let (one, labels) = split(features(&before, &after));
        let (two, other_labels) = split(features(&before, &other_after));
        assert_eq!(one.len(), 30);
        assert_eq!(one, two, "seed {seed}: rows after the cut changed a feature");
        assert_ne!(labels, other_labels, "seed {seed}: the other rows should change some label");
        let (three, same_labels) = split(features(&other_before, &after));
        assert_eq!(labels, same_labels, "seed {seed}: rows before the cut changed a label");
        assert_ne!(one, three, "seed {seed}: the other rows should change some feature");
    }
}

const FEATURES: &str = "let features = sample(\"cdnow\").churn_features(#{until: \"1997-12-31\", horizon: \"180d\"});";

#[test]
fn the_logistic_regression_of_another_library() {
    // The features made again with pandas 2.3; scikit-learn 1.9.1, solver newton-cholesky without penalty, to 1e-12.
    let model = format!(
        "{FEATURES} let model = features.churn_model(#{{columns: [\"recency\", \"frequency\", \"monetary\"]}});"
    );
    let drivers = answer(&format!("{model} model.drivers"));
    let coefficient = |name: &str| {
        let row = (0..3).find(|&row| drivers[row]["driver"] == name).unwrap();
        number(&drivers, row, "coefficient")
    };
    near(coefficient("recency"), 0.007_119_405_954_989, 1e-9);
    near(coefficient("frequency"), -0.222_426_999_983_138, 1e-8);
    near(coefficient("monetary"), 0.001_256_438_747_327, 1e-9);
    near(answer(&format!("{model} model.log_likelihood")).as_f64().unwrap(), -967.373_501_002_524, 1e-7);
    near(answer(&format!("{model} model.base_rate")).as_f64().unwrap(), 1844.0 / 2357.0, 1e-12);
    // With its own folds, three seeds: .7993 to .8023.
    near(answer(&format!("{model} model.auc")).as_f64().unwrap(), 0.8008, 0.004);
}

#[test]
fn a_model_that_was_loaded_predicts_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["logistic", "boosted_trees"] {
        let path = folder.path().join(format!("{kind}.json"));
        let path = path.display();
        let model = format!("{FEATURES} let model = features.churn_model(#{{kind: \"{kind}\", trees: 20}});");
        let now = "let now = sample(\"cdnow\").churn_features(#{label: false});";
        let before = answer(&format!("{model} {now} model.save(\"{path}\"); model.predict(now)"));
        let after = answer(&format!("{now} let model = load_model(\"{path}\"); model.predict(now)"));
        assert_eq!(before, after, "{kind}");
        assert_eq!(before.as_array().map(Vec::len), Some(2357));
    }
}

#[test]
fn the_seed_decides_the_folds_and_nothing_else_does() {
    let call = |options: &str| answer(&format!("{FEATURES} features.churn_model(#{{trees: 10, {options}}}).table()"));
    for kind in ["logistic", "boosted_trees"] {
        let options = |seed: u32| format!("kind: \"{kind}\", subsample: 0.7, seed: {seed}");
        assert_eq!(call(&options(3)), call(&options(3)));
        assert_ne!(call(&options(3)), call(&options(4)));
    }
}

/// Rows with a target that follows from `score` and chance, and two columns that are hard to learn from.
fn hard(rows: u64, option: &str) -> String {
    let mut dice = Dice(7);
    let mut columns: [Vec<String>; 4] = Default::default();
    for row in 0..rows {
        let score = dice.roll(100);
        let left = dice.roll(100) < score;
        columns[0].push(score.to_string());
        columns[1].push(left.to_string());
        // Missing only where nobody left, and an exact double.
        columns[2].push(if !left && row % 17 == 0 { "()".to_owned() } else { dice.roll(50).to_string() });
        columns[3].push((2 * score + 1).to_string());
    }
    let [score, left, gaps, double] = columns.map(|column| column.join(", "));
    format!(
        "frame(#{{score: [{score}], gaps: [{gaps}], double: [{double}], left: [{left}]}})
         .churn_model(#{{target: \"left\", {option}}})"
    )
}

#[test]
fn what_cannot_be_learnt_from_is_left_out_and_told() {
    let notes = answer(&format!("{}.notes", hard(400, ""))).to_string();
    for told in ["`gaps is missing`", "`score` (from `double`)", "count as the median"] {
        assert!(notes.contains(told), "{told} is not in {notes}");
    }
    // Trees learn from missing values, and from doubles.
    let notes = answer(&format!("{}.notes", hard(400, "kind: \"boosted_trees\", trees: 20"))).to_string();
    assert!(!notes.contains("median") && !notes.contains("left out"), "{notes}");
    let drivers = answer(&format!("{}.drivers", hard(400, "kind: \"boosted_trees\", trees: 20")));
    assert_ne!(drivers[0]["driver"], "gaps");
}

#[test]
fn probabilities_are_calibrated_where_the_model_is_right() {
    // The target is drawn with a probability that is linear, not logistic, in `score`: the slope is still near 1.
    let model = hard(3000, "");
    let slope = answer(&format!("{model}.calibration_slope")).as_f64().unwrap();
    near(slope, 1.0, 0.12);
    let bins = answer(&format!("{model}.calibration"));
    let rows: f64 = (0..10).map(|bin| number(&bins, bin, "rows")).sum();
    near(rows, 3000.0, 0.0);
    let gain = answer(&format!("{model}.gain"));
    near(number(&gain, 19, "gain"), 1.0, 1e-12);
}
