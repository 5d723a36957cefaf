//! BG/NBD, MBG/NBD and Pareto/NBD through scripts: published values, what models can be asked, files of models.

use regulars::show::Value;
use serde_json::Value as Json;

use crate::examples::session;
use crate::witnesses::answer;

const FIT: &str = "sample(\"cdnow\").MODEL(#{until: \"1997-09-30\"})";

fn fit(model: &str) -> String {
    FIT.replace("MODEL", model)
}

fn number(row: &Json, column: &str) -> f64 {
    row[column].as_f64().unwrap_or_else(|| panic!("{column} of {row}"))
}

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

fn notes(code: &str) -> String {
    match session(Vec::new()).run(code).answer.unwrap() {
        Value::Frame(frame) => frame.notes(&regulars_plugin::Quiet).unwrap().join("\n"),
        Value::Record(record) => record.notes.join("\n"),
        _ => String::new(),
    }
}

/// Fader, Hardie and Lee (2005), table 2: r .243, α 4.414, a .793, b 2.426, standard errors .0126, .378, .186, .705;
/// −9582.4292 from the event log. Printed digits; the paper rounds times to hundredths of a week.
#[test]
fn bg_nbd_of_cdnow() {
    let bg = fit("bg_nbd");
    near(answer(&format!("{bg}.log_likelihood")).as_f64().unwrap(), -9582.4292, 5e-5);
    let parameters = answer(&format!("{bg}.parameters"));
    let published = [("r", 0.2426, 0.0126), ("alpha", 4.4136, 0.378), ("a", 0.7929, 0.186), ("b", 2.4259, 0.705)];
    for (row, (name, estimate, error)) in parameters.as_array().unwrap().iter().zip(published) {
        assert_eq!(row["parameter"], name);
        near(number(row, "estimate"), estimate, 1e-4);
        near(number(row, "standard_error"), error, 5e-3 * error);
        assert!(number(row, "lower") < estimate && estimate < number(row, "upper"));
    }
    // The authors' spreadsheet, for x 2, t_x 30.43, T 38.86, which is customer 1: 1.226 in 39 weeks.
    let first = answer(&format!("{bg}.predict(#{{horizon: \"39w\"}}).head(1)"));
    near(number(&first[0], "expected_purchases"), 1.226, 5e-4);
    // 1653 expected and 1882 seen in weeks 40 to 78.
    near(answer(&format!("{bg}.holdout_expected")).as_f64().unwrap(), 1653.0, 0.5);
    assert_eq!(answer(&format!("{bg}.holdout_seen")), 1882);
    assert_eq!(answer(&format!("{bg}.holdout_until")), "1998-06-30");
    let told = notes(&bg);
    assert!(told.contains("1,411 customers bought on one day only") && told.contains("P(alive) = 1"), "{told}");
    assert!(told.contains("`mbg_nbd` and `pareto_nbd`"), "{told}");
}

/// R's BTYD: −9594.976 of the rounded summary; of the event log it is −9594.9762.
#[test]
fn pareto_nbd_of_cdnow() {
    let pareto = fit("pareto_nbd");
    near(answer(&format!("{pareto}.log_likelihood")).as_f64().unwrap(), -9594.976, 5e-4);
    let told = notes(&pareto);
    assert!(told.contains("`beta` is hardly told") && !told.contains("P(alive) = 1"), "{told}");
    // Somebody who bought once in 38.86 weeks is alive with 29.5 % (mpmath at the published parameters: .2951).
    let rows = answer(&format!("{pareto}.table().filter(col(\"frequency\") == 0).head(1)"));
    near(number(&rows[0], "p_alive"), 0.2951, 5e-4);
}

#[test]
fn the_unit_changes_numbers_of_the_unit_only() {
    let daily = "sample(\"cdnow\").mbg_nbd(#{until: \"1997-09-30\", unit: \"day\"})";
    let weekly = fit("mbg_nbd");
    let alpha = |model: &str| number(&answer(&format!("{model}.parameters"))[1], "estimate");
    // The search rests where it is sure to 1e-6.
    near(alpha(daily) / alpha(&weekly), 7.0, 1e-5);
    let ahead = |model: &str| answer(&format!("{model}.predict(#{{horizon: \"39w\"}}).head(20)"));
    for (day, week) in ahead(daily).as_array().unwrap().iter().zip(ahead(&weekly).as_array().unwrap()) {
        near(number(day, "expected_purchases"), number(week, "expected_purchases"), 1e-5);
        near(number(day, "p_alive"), number(week, "p_alive"), 1e-5);
        assert_eq!((&day["lower"], &day["upper"]), (&week["lower"], &week["upper"]));
    }
}

#[test]
fn a_model_works_on_tables_and_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.json").display().to_string().replace('\\', "/");
    let code = |end: &str| {
        format!(
            "let tx = sample(\"cdnow\"); let m = tx.pareto_nbd(#{{until: \"1997-09-30\"}}); m.save(\"{path}\"); \
             let l = load_model(\"{path}\"); {end}"
        )
    };
    let own = answer(&code("m.predict(#{horizon: \"26w\"})"));
    assert_eq!(own.as_array().unwrap().len(), 2357);
    // The orders again, the summary as a table of its own, and both through the file: the same numbers.
    for same in [
        "m.predict(tx, #{horizon: \"26w\"})",
        "l.predict(tx, #{horizon: \"26w\"})",
        "l.predict(m.table(), #{horizon: \"26w\"})",
        "l.predict(sample(\"cdnow\"), #{horizon: \"26w\"})",
    ] {
        assert_eq!(answer(&code(same)), own, "{same}");
    }
    assert_eq!(answer(&code("l.expect(#{horizon: \"3w\"})")), answer(&code("m.expect(#{horizon: \"3w\"})")));
    assert_eq!(answer(&code("l.parameters")), answer(&code("m.parameters")));
    // Looked at later, the same customers have other histories.
    assert_ne!(answer(&code("m.predict(tx, #{horizon: \"26w\", until: \"1998-06-30\"})")), own);
    let lost = session(Vec::new()).run(&code("l.predict()")).answer.err().unwrap().to_string();
    assert!(lost.contains("no rows of its own"), "{lost}");
}

#[test]
fn what_was_seen_is_tracked() {
    let code = "let tx = sample(\"cdnow\"); tx.bg_nbd(#{until: \"1997-09-30\"}).tracking(tx, #{period: \"quarter\"})";
    let rows = answer(code);
    let seen: Vec<&Json> = rows.as_array().unwrap().iter().filter(|row| row["series"] == "seen").collect();
    // 4339 repeat purchases: 2457 in the calibration and the 1882 of the hold-out.
    assert_eq!(seen.len(), 6);
    assert_eq!(number(seen[2], "cumulative"), 2457.0);
    assert_eq!(number(seen[5], "cumulative"), 2457.0 + 1882.0);
    assert_eq!((&seen[2]["calibration"], &seen[3]["calibration"]), (&Json::Bool(true), &Json::Bool(false)));
    let expected: Vec<&Json> = rows.as_array().unwrap().iter().filter(|row| row["series"] == "expected").collect();
    let sum: f64 = expected.iter().map(|row| number(row, "purchases")).sum();
    near(sum, number(expected[5], "cumulative"), 1e-9);
    // Weeks begin on Monday, and 1998-06-30 is a Tuesday: the week it cuts short is left out.
    let weekly = "let tx = sample(\"cdnow\"); tx.bg_nbd(#{until: \"1997-09-30\"}).tracking()";
    assert!(notes(weekly).contains("the last week had not ended by 1998-06-30"), "{}", notes(weekly));
    assert_eq!(answer(weekly).as_array().unwrap().len(), 78);
}

#[test]
fn every_question_has_an_answer_and_a_picture() {
    for model in ["bg_nbd", "mbg_nbd", "pareto_nbd"] {
        let code = format!(
            "let m = {}; [m.predict(), m.expect(), m.tracking(), m.frequency_recency(), m.alive_matrix(), \
             m.heterogeneity(), m.heterogeneity(#{{of: \"dropout\"}}), m.frequencies, m.holdout].map(|one| {{ \
             one.chart(); one.height() }})",
            fit(model)
        );
        let heights = answer(&code);
        let heights: Vec<i64> = heights.as_array().unwrap().iter().map(|one| one.as_i64().unwrap()).collect();
        // 29 repeat purchases at the most by 39 whole weeks, and one place without a repeat.
        assert_eq!(heights[3..], [1 + 29 * 39, 1 + 29 * 39, 99, 99, 16, 16], "{model}");
    }
}

/// Scipy's Nelder–Mead on the closed form of Fader and Hardie (2007): log-likelihood −9581.549968, effects .090508 and
/// −.023629 with errors .024815 and .066770, base parameters at the mean quantity.
#[test]
fn covariates_of_cdnow() {
    let model = "sample(\"cdnow\").pareto_nbd(#{until: \"1997-09-30\", covariates: [\"quantity\"]})";
    near(answer(&format!("{model}.log_likelihood")).as_f64().unwrap(), -9581.549968, 1e-5);
    near(answer(&format!("{model}.aic")).as_f64().unwrap(), 12.0 + 2.0 * 9581.549968, 1e-5);
    near(number(&answer(&format!("{model}.parameters"))[1], "estimate"), 10.961141, 1e-4);
    let effects = answer(&format!("{model}.effects"));
    let wanted = [("purchase: quantity", 0.090508, 0.024815), ("dropout: quantity", -0.023629, 0.066770)];
    for (row, (name, estimate, error)) in effects.as_array().unwrap().iter().zip(wanted) {
        assert_eq!(row["effect"], name);
        near(number(row, "estimate"), estimate, 1e-5);
        near(number(row, "standard_error"), error, 1e-4);
        near(number(row, "factor"), f64::exp(estimate), 1e-5);
        near(number(row, "upper"), f64::exp(estimate + 1.959964 * error), 1e-4);
    }
    let told = notes(model);
    assert!(told.contains("not the same in all rows of") && told.contains("`quantity` 2.171"), "{told}");
    assert_eq!(answer(&format!("{}.effects.height()", fit("bg_nbd"))), 0);
}

/// Whatever the covariates come from: the answer's own table, the orders, a table of customers joined to them, a file.
#[test]
fn predictions_know_the_covariates_of_each_customer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.json").display().to_string().replace('\\', "/");
    let code = |end: &str| {
        format!(
            "let tx = sample(\"cdnow\"); \
             let customers = tx.group_by([\"customer\"]).agg([(col(\"customer\").first() % 3 == 0).alias(\"third\")])\
             .with_columns(when(col(\"third\")).then(lit(\"store\")).otherwise(lit(\"web\")).alias(\"channel\")); \
             let tx = tx.join(customers, #{{on: \"customer\", how: \"left\"}}); \
             let m = tx.mbg_nbd(#{{until: \"1997-09-30\", covariates: [\"channel\"]}}); \
             m.save(\"{path}\"); let l = load_model(\"{path}\"); {end}"
        )
    };
    let own = answer(&code("m.predict(#{horizon: \"26w\"})"));
    assert_eq!(own.as_array().unwrap().len(), 2357);
    for same in [
        "m.predict(tx, #{horizon: \"26w\"})",
        "l.predict(tx, #{horizon: \"26w\"})",
        "l.predict(m.table(), #{horizon: \"26w\"})",
    ] {
        assert_eq!(answer(&code(same)), own, "{same}");
    }
    assert_eq!(answer(&code("m.table().head(3).to_list(\"channel\")")), serde_json::json!(["web", "web", "store"]));
    // Two customers with the same history, in two channels: the commonest is that of the base.
    let ahead = |given: &str| {
        number(&answer(&code(&format!("l.expect(#{{horizon: \"52w\"{given}}})")))[51], "expected_purchases")
    };
    assert_eq!(ahead(""), ahead(", covariates: #{channel: \"web\"}"));
    assert_ne!(ahead(""), ahead(", covariates: #{channel: \"store\"}"));
    // Everybody's expectation over the time observed, from the groups that the model keeps: as the sum over channels.
    let tracked = answer(&code("l.tracking(tx, #{until: \"1997-09-30\", period: \"month\"})"));
    let total = number(tracked.as_array().unwrap().last().unwrap(), "cumulative");
    near(total, 2457.0, 0.03 * 2457.0);
}
