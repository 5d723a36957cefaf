//! Clusters, cross tables, profiles, moves and rules: values by hand, and laws.

use std::collections::HashMap;

use regulars::show::Value;
use regulars_plugin::Quiet;
use serde_json::{Value as Json, json};

use crate::examples::session;
use crate::witnesses::answer;

fn notes(code: &str) -> String {
    match session(Vec::new()).run(code).answer.unwrap_or_else(|failure| panic!("{code}: {failure}")) {
        Value::Frame(frame) => frame.notes(&Quiet).unwrap().join("\n"),
        Value::Record(record) => record.notes.join("\n"),
        _ => String::new(),
    }
}

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

fn column(json: &Json, name: &str) -> Vec<Json> {
    rows(json).iter().map(|row| row[name].clone()).collect()
}

fn near(found: &Json, wanted: f64) {
    assert!(found.as_f64().is_some_and(|found| (found - wanted).abs() < 1e-9), "{found} {wanted}");
}

/// Two crowds on a line: 1, 2, 3 and 11, 13, 12, 12, and a row without a value.
const LINE: &str =
    "frame(#{name: [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\"], x: [1, 11, 2, (), 13, 3, 12, 12]})";

#[test]
fn clusters_by_hand() {
    // Means 12 and 2; squares 1 + 1 + 0 + 0 and 1 + 0 + 1.
    let call = format!("{LINE}.kmeans(#{{columns: [\"x\"], k: 2, scale: \"none\"}})");
    let record = answer(&call);
    near(&record["inertia"], 4.0);
    assert_eq!((&record["found"], &record["rows"]), (&json!(10), &json!(7)));
    let table = answer(&format!("{call}.table()"));
    assert_eq!(
        column(&table, "cluster"),
        [2, 1, 2, 0, 1, 2, 1, 1].map(|it| if it == 0 { Json::Null } else { json!(it) })
    );
    assert_eq!(rows(&table)[0]["name"], "a");
    let centers = answer(&format!("{call}.centers"));
    near(&rows(&centers)[0]["center"], 12.0);
    near(&rows(&centers)[1]["center"], 2.0);
    assert_eq!(column(&answer(&format!("{call}.sizes")), "size"), [4, 3]);
    assert!(notes(&call).contains("1 of 8 rows"), "{}", notes(&call));
    // The silhouette of 1: a = (1 + 2) / 2, b = (10 + 12 + 11 + 11) / 4 = 11: 1 − 1.5/11 …
    let of = |a: f64, b: f64| 1.0 - a / b;
    let known =
        [of(1.5, 11.0), of(1.0, 10.0), of(1.5, 9.0), of(4.0 / 3.0, 9.0), of(4.0 / 3.0, 11.0), of(2.0 / 3.0, 10.0)];
    near(&record["silhouette"], (known.iter().sum::<f64>() + of(2.0 / 3.0, 10.0)) / 7.0);
}

#[test]
fn the_number_of_clusters_is_chosen_by_the_silhouette_and_shown() {
    let call = format!("{LINE}.kmeans(#{{columns: [\"x\"], k: [9, 3, 2, 4]}})");
    let choices = answer(&format!("{call}.choices"));
    assert_eq!(column(&choices, "k"), [2, 3, 4]);
    assert_eq!(column(&choices, "chosen"), [true, false, false]);
    assert_eq!(answer(&call)["k"], 2);
    assert!(notes(&call).contains("only 6 rows differ in these columns: 9 clusters"), "{}", notes(&call));
}

#[test]
fn a_model_answers_as_its_own_table_says_also_after_it_was_kept() {
    let fit = "let rows = sample(\"cdnow\").rfm(); let m = rows.kmeans(#{columns: [\"recency\", \"frequency\", \"monetary\"], k: 4});";
    let own = answer(&format!("{fit} m.table().select([\"customer\", \"cluster\"])"));
    let asked = answer(&format!("{fit} m.predict(rows).select([\"customer\", \"cluster\"])"));
    assert_eq!(own, asked);
    assert_eq!(own, answer(&format!("{fit} m.predict().select([\"customer\", \"cluster\"])")));
    assert_eq!(rows(&own).len(), 2357);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.json").to_string_lossy().replace('\\', "/");
    let kept = format!("{fit} m.save(\"{path}\"); load_model(\"{path}\")");
    assert_eq!(own, answer(&format!("{kept}.predict(rows).select([\"customer\", \"cluster\"])")));
    assert_eq!(answer(&format!("{fit} m.centers")), answer(&format!("{kept}.centers")));
    // The sizes are those of the table, the largest first.
    let mut counts: HashMap<i64, i64> = HashMap::new();
    for row in rows(&own) {
        *counts.entry(row["cluster"].as_i64().unwrap()).or_default() += 1;
    }
    let sizes = answer(&format!("{fit} m.sizes"));
    for row in rows(&sizes) {
        assert_eq!(Some(&row["size"].as_i64().unwrap()), counts.get(&row["cluster"].as_i64().unwrap()));
    }
    assert!(column(&sizes, "size").is_sorted_by(|left, right| left.as_i64() >= right.as_i64()));
}

#[test]
fn what_the_rows_are_measured_in_changes_nothing_once_scaled() {
    let call =
        |data: &str| answer(&format!("{data}.kmeans(#{{columns: [\"x\"], k: 2}}).table().select([\"cluster\"])"));
    let own = call(LINE);
    assert_eq!(own, call(&format!("{LINE}.with_columns((col(\"x\") * 1000000000.0 + 5.0).alias(\"x\"))")));
}

#[test]
fn a_cross_table_by_hand() {
    // 3 1 / 1 3: expected 2 each, chi-square 4 × 1/2 = 2 with one degree, V √(2/8) = .5, Fisher 34/70.
    let data = "frame(#{a: [\"x\", \"x\", \"x\", \"x\", \"y\", \"y\", \"y\", \"y\", ()], b: [1, 1, 1, 2, 2, 2, 2, 1, 1], \
        money: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, (), 9.0]})";
    let call = |more: &str| format!("{data}.crosstab(#{{rows: \"a\", columns: \"b\"{more}}})");
    let record = answer(&call(""));
    near(&record["chi_square"], 2.0);
    near(&record["cramers_v"], 0.5);
    near(&record["fisher_p_value"], 34.0 / 70.0);
    assert_eq!((&record["rows"], &record["degrees_of_freedom"]), (&json!(8), &json!(1)));
    let table = answer(&format!("{}.table()", call(", measure: \"money\", normalize: \"columns\"")));
    assert_eq!(column(&table, "row"), ["x", "x", "y", "y"]);
    assert_eq!(column(&table, "column"), [1, 2, 1, 2]);
    assert_eq!(column(&table, "count"), [3, 1, 1, 3]);
    assert_eq!(column(&table, "share"), [0.75, 0.25, 0.25, 0.75]);
    assert_eq!(column(&table, "value"), [6.0, 4.0, 0.0, 18.0]);
    let means = answer(&format!("{}.table()", call(", measure: \"money\", summary: \"mean\"")));
    assert_eq!(column(&means, "value"), [json!(2.0), json!(4.0), Json::Null, json!(6.0)]);
    let told = notes(&call(", measure: \"money\""));
    assert!(told.contains("1 of 9 rows") && told.contains("1 of 8 rows") && told.contains("below 5"), "{told}");
}

#[test]
fn a_profile_by_hand() {
    // Segment s: 1, 3 (mean 2, variance 2); the rest: 5, 7, 9 (mean 7, variance 4). Pooled (2 + 8) / 3, J = 1 − 3/11.
    let data = "frame(#{g: [\"s\", \"s\", \"t\", \"t\", \"t\", ()], x: [1, 3, 5, 7, 9, 100], \
        c: [\"u\", \"u\", \"u\", \"v\", \"v\", \"v\"], flag: [true, false, true, true, (), true]})";
    let call = format!("{data}.segment_profile(#{{segment: \"g\"}})");
    let table = answer(&format!("{call}.table()"));
    let row = |segment: &str, feature: &str| {
        rows(&table).iter().find(|row| row["segment"] == segment && row["feature"] == feature).unwrap().clone()
    };
    let s = row("s", "x");
    near(&s["here"], 2.0);
    near(&s["rest"], 7.0);
    near(&s["median"], 2.0);
    near(&s["rest_median"], 7.0);
    near(&s["effect"], -5.0 / (10.0_f64 / 3.0).sqrt() * (1.0 - 3.0 / 11.0));
    assert_eq!(s["rank"], 1);
    let u = row("s", "c = u");
    near(&u["here"], 1.0);
    near(&u["rest"], 1.0 / 3.0);
    near(&u["effect"], 2.0 / 3.0);
    // The indicator has 3 of 5: deviation √(.6 × .4).
    near(&u["standardised"], 2.0 / 3.0 / 0.24_f64.sqrt());
    let flag = row("t", "flag = true");
    assert_eq!((&flag["members"], &flag["here"]), (&json!(2), &json!(1.0)));
    assert!(!rows(&table).iter().any(|row| row["feature"] == "flag = false"));
    // Between 2 × (2 − 5)² + 3 × (7 − 5)² = 30, within 2 + 8.
    let separation = answer(&format!("{call}.separation"));
    let x = rows(&separation).iter().find(|row| row["column"] == "x").unwrap();
    near(&x["strength"], 0.75);
    let told = notes(&call);
    assert!(told.contains("1 of 6 rows") && told.contains("flag 1"), "{told}");
}

#[test]
fn two_segments_are_each_others_rest() {
    let table = answer(
        "sample(\"cdnow\").with_columns([(col(\"quantity\") > 3).alias(\"many\"), col(\"date\").dt.quarter().cast(\"text\").alias(\"q\")])\
         .segment_profile(#{segment: \"many\", columns: [\"amount\", \"q\"]}).table()",
    );
    let (one, other): (Vec<&Json>, Vec<&Json>) = rows(&table).iter().partition(|row| row["segment"] == true);
    assert_eq!((one.len(), other.len()), (5, 5));
    for row in one {
        let mirror = other.iter().find(|mirror| mirror["feature"] == row["feature"]).unwrap();
        near(&row["effect"], -mirror["effect"].as_f64().unwrap());
        near(&row["lower"], -mirror["upper"].as_f64().unwrap());
        assert!(row["lower"].as_f64() <= row["effect"].as_f64() && row["effect"].as_f64() <= row["upper"].as_f64());
    }
}

#[test]
fn moves_balance_with_the_segments_of_both_days() {
    let segments = |until: &str, options: &str| {
        let mut counts: HashMap<String, i64> = HashMap::new();
        for row in rows(&answer(&format!("sample(\"cdnow\").rfm(#{{until: \"{until}\"{options}}})"))) {
            *counts.entry(row["segment"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        counts
    };
    let own = ", segments: [#{segment: \"new\", f: 1}, #{segment: \"old\", f: \"2-5\"}]";
    for (from, until, options) in [
        ("1997-02-10", "1997-03-31", ""),
        ("1997-12-31", "1998-06-30", ", cut: \"rank\", bins: 4"),
        ("1997-02-10", "1998-01-31", own),
    ] {
        let call = format!("sample(\"cdnow\").segment_migration(#{{from: \"{from}\", until: \"{until}\"{options}}})");
        let table = answer(&format!("{call}.table()"));
        let (mut left, mut reached): (HashMap<String, i64>, HashMap<String, i64>) = Default::default();
        for row in rows(&table) {
            let count = row["customers"].as_i64().unwrap();
            *left.entry(row["from"].as_str().unwrap().to_owned()).or_default() += count;
            *reached.entry(row["until"].as_str().unwrap().to_owned()).or_default() += count;
            let number = |name: &str| row[name].as_f64().unwrap();
            assert!(number("lower") <= number("share") && number("share") <= number("upper"));
        }
        let record = answer(&call);
        let newcomers = left.remove("not yet a customer").unwrap_or_default();
        assert_eq!(json!(newcomers), record["newcomers"]);
        assert_eq!(left, segments(from, options), "{call}");
        assert_eq!(reached, segments(until, options), "{call}");
        assert_eq!(json!(reached.values().sum::<i64>()), record["customers"]);
        for from in left.keys() {
            let shares =
                rows(&table).iter().filter(|row| row["from"] == **from).map(|row| row["share"].as_f64().unwrap());
            assert!((shares.sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn neither_the_order_of_the_rows_nor_the_number_of_threads_matters() {
    let moves = "segment_migration(#{from: \"1997-12-31\"}).table()";
    assert_eq!(answer(&format!("sample(\"cdnow\").{moves}")), answer(&format!("sample(\"cdnow\").reverse().{moves}")));
    let code = "let m = sample(\"cdnow\").kmeans(#{columns: [\"quantity\", \"amount\"], k: [2, 3]}); \
        print(m.stability); print(m.silhouette); m.table()";
    let run = |threads: &str| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_regulars"));
        let program = program.env("RAYON_NUM_THREADS", threads).args(["-q", "--output", "json", "-c", code]).output();
        let program = program.unwrap();
        assert!(program.status.success(), "{}", String::from_utf8_lossy(&program.stderr));
        program.stdout
    };
    assert_eq!(run("1"), run("4"));
}

#[test]
fn at_the_limits_of_the_first_day_nobody_loses_frequency() {
    // With as many levels as scores, a segment that tells frequency alone can only rise.
    let segments: Vec<String> = (1..=5).map(|f| format!("#{{segment: \"f{f}\", f: {f}}}")).collect();
    let table = answer(&format!(
        "sample(\"cdnow\").segment_migration(#{{from: \"1997-09-30\", limits: \"first\", segments: [{}]}}).table()",
        segments.join(", ")
    ));
    for row in rows(&table) {
        assert!(row["until"].as_str() >= row["from"].as_str() || row["customers"] == 0, "{row}");
    }
}

#[test]
fn rules_are_asked_in_their_order() {
    let data = "frame(#{amount: [5, 50, 500, ()], city: [\"a\", \"b\", \"a\", \"b\"]})";
    let rules = "rules: [#{segment: \"top\", when: \"amount >= 100 -- the best\"}, \
        #{segment: \"a\", when: \"city = 'a'\"}, #{segment: \"dear\", when: \"amount between 20 and 600\"}]";
    let call = format!("{data}.segment_by(#{{{rules}}})");
    assert_eq!(column(&answer(&call), "segment"), [json!("a"), json!("dear"), json!("top"), Json::Null]);
    let told = notes(&call);
    assert!(
        told.contains("`dear`, amount between 20 and 600: 1 row; in its condition, but taken by earlier rules: 1"),
        "{told}"
    );
    assert!(told.contains("without a value that it asks for: 1") && told.contains("left without a segment"), "{told}");
    let rest = answer(&format!("{data}.segment_by(#{{{rules}, otherwise: \"rest\"}})"));
    assert_eq!(column(&rest, "segment")[3], "rest");
    let all = answer(&format!("{data}.segment_by(#{{rules: [#{{segment: \"all\", when: \"true\"}}]}})"));
    assert_eq!(column(&all, "segment"), ["all"; 4]);
    assert_eq!(column(&all, "city"), ["a", "b", "a", "b"]);
}

#[test]
fn rules_tell_of_what_is_no_number() {
    let rules = "rules: [#{segment: \"big\", when: \"x > 5\"}, #{segment: \"small\", when: \"x <= 5\"}]";
    let call =
        format!("frame(#{{x: [1.0, 9.0, 0.0 / 0.0], exx: [1.0, 0.0 / 0.0, 0.0 / 0.0]}}).segment_by(#{{{rules}}})");
    assert_eq!(column(&answer(&call), "segment"), ["small", "big", "big"]);
    let told = notes(&call);
    assert!(told.contains("`x` is no number (NaN) in 1 row:") && !told.contains("exx"), "{told}");
}

#[test]
fn answers_that_keep_columns_are_foreseen_with_them() {
    let check = |code: &str| {
        let findings = session(Vec::new()).check(&[code.to_owned()], false);
        findings.into_iter().map(|finding| finding.failure.to_string()).collect::<Vec<_>>()
    };
    let fine = "let m = sample(\"cdnow\").kmeans(#{columns: [\"amount\"], k: 2});\n\
        m.table().select([\"customer\", \"cluster\"]);\nm.predict(sample(\"cdnow\")).select([\"date\", \"distance\"])";
    assert!(check(fine).is_empty(), "{:?}", check(fine));
    let wrong = "sample(\"cdnow\").segment_by(#{rules: [#{segment: \"x\", when: \"true\"}]}).select([\"segmnet\"])";
    let told = check(wrong);
    assert!(told.len() == 1 && told[0].contains("did you mean `segment`"), "{told:?}");
}

#[test]
fn hard_tables_get_an_answer_or_a_sentence() {
    let calls = [
        ("frame(#{x: [1000000000.0, 1000000001.0, 5000000000.0]}).kmeans(#{columns: [\"x\"], k: 2})", None),
        ("frame(#{x: [-5, -5, 7]}).kmeans(#{columns: [\"x\"], k: 1})", None),
        (
            "frame(#{x: [1.0, 2.0]}).filter(col(\"x\") > 5).kmeans(#{columns: [\"x\"], k: 1})",
            Some("no row has a value"),
        ),
        (
            "frame(#{x: [1.0, 0.0]}).with_columns((col(\"x\") / 0.0).alias(\"y\")).kmeans(#{columns: [\"y\"], k: 1})",
            Some("infinite"),
        ),
        ("frame(#{x: [1e200, -1e200, 0.0]}).kmeans(#{columns: [\"x\"], k: 2, scale: \"none\"})", Some("squares")),
        ("frame(#{a: [\"x\", \"x\"], b: [\"y\", \"y\"]}).crosstab(#{rows: \"a\", columns: \"b\"})", None),
        (
            "frame(#{a: [\"x\", ()], b: [(), \"y\"]}).crosstab(#{rows: \"a\", columns: \"b\"})",
            Some("no row has a value in both"),
        ),
        ("frame(#{a: [\"x\", \"y\"], b: [1, 1]}).segment_profile(#{segment: \"a\"})", None),
        (
            "frame(#{customer: [1], date: [\"2024-01-01\"], amount: [-5.0]}).segment_migration(#{from: \"2023-01-01\"})",
            Some("nobody was a customer"),
        ),
        (
            "frame(#{customer: [1, 1], date: [\"2024-01-01\", \"2024-02-01\"], amount: [5.0, 5.0]}).segment_migration(#{from: \"2024-01-01\"})",
            None,
        ),
    ];
    for (code, refused) in calls {
        match (session(Vec::new()).run(code).answer, refused) {
            (Ok(_), None) => {}
            (Err(failure), Some(wanted)) => assert!(failure.to_string().contains(wanted), "{code}: {failure}"),
            (Ok(_), Some(_)) => panic!("{code} was answered"),
            (Err(failure), None) => panic!("{code}: {failure}"),
        }
    }
}

/// Its picture is of `rows` and `columns`; a reader wants to see which ones.
#[test]
fn the_axes_of_a_crosstab_bear_the_names_of_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crosstab.svg").display().to_string();
    let data = "frame(#{pay_method: [\"cash\", \"card\"], shop: [\"Rome\", \"Oslo\"]})";
    answer(&format!("{data}.crosstab(#{{rows: \"pay_method\", columns: \"shop\"}}).chart().save({path:?}); \"drawn\""));
    let picture = std::fs::read_to_string(&path).unwrap();
    assert!(picture.contains(">pay method<") && picture.contains(">shop<"), "{picture}");
    assert!(!picture.contains(">row<") && !picture.contains(">column<"));
}
