//! Regressions on survival times, from the frame to the model and back from its file.

use regulars::show;
use regulars_plugin::Quiet;

use crate::examples::session;

/// Rossi, Berk and Lenihan (1980), in the copy of the lifelines package, MIT.
const ROSSI: &str = include_str!("../src/stats/survival/rossi.csv");

/// A script that builds the frame `rossi` before it goes on.
fn on_rossi(rest: &str) -> String {
    let mut lines = ROSSI.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<_>>().join(", ");
    let columns: Vec<String> =
        names.iter().enumerate().map(|(place, name)| format!("{name}: [{}]", column(place))).collect();
    format!("let rossi = frame(#{{{}}});\n{rest}", columns.join(", "))
}

fn shown(script: &str) -> String {
    let outcome = session(Vec::new()).run(script);
    let value = outcome.answer.unwrap_or_else(|failure| panic!("{failure}"));
    show::page(&value, &Quiet, 200, 40).unwrap().plain()
}

fn number(script: &str) -> f64 {
    shown(script).trim().replace(',', "").parse().unwrap()
}

const COX: &str = "rossi.cox(#{duration: \"week\", event: \"arrest\", covariates: [\"fin\", \"age\", \"race\", \"wexp\", \"mar\", \"paro\", \"prio\"]})";

#[test]
fn cox_finds_what_is_published() {
    // Allison (1984) with Efron's ties; R survival and lifelines 0.30.3. Shown to a few digits.
    let found = shown(&on_rossi(&format!("{COX}.parameters")));
    let row = |name: &str| -> Vec<f64> {
        let line = found.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().skip(1).take(3).map(|value| value.replace('−', "-").parse().unwrap()).collect()
    };
    for (name, estimate, error) in [("fin", -0.3794, 0.1914), ("age", -0.0574, 0.0220), ("prio", 0.0915, 0.0287)] {
        let found = row(name);
        assert!((found[0] - estimate).abs() < 6e-3 && (found[1] - error).abs() < 6e-3, "{name}: {found:?}");
    }
    let gap = number(&on_rossi(&format!("{COX}.log_likelihood + 658.7476594")));
    assert!(gap.abs() < 1e-6, "{gap}");
}

#[test]
fn a_model_from_a_file_predicts_the_same() {
    for model in [
        COX,
        "rossi.cox(#{duration: \"week\", event: \"arrest\", covariates: [\"fin\", \"age\"], strata: [\"wexp\"], robust: true})",
        "rossi.accelerated_failure_time(#{duration: \"week\", event: \"arrest\", covariates: [\"fin\", \"age\", \"prio\"]})",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.json").display().to_string().replace('\\', "/");
        let fresh = shown(&on_rossi(&format!("{model}.predict(rossi.head(5), #{{times: [10, 52]}})")));
        let loaded = shown(&on_rossi(&format!(
            "{model}.save(\"{file}\");\nload_model(\"{file}\").predict(rossi.head(5), #{{times: [10, 52]}})"
        )));
        assert_eq!(fresh, loaded);
        assert!(fresh.contains("10 rows"), "{fresh}");
    }
}

#[test]
fn missing_values_texts_and_fading_effects_are_told() {
    let found = shown(&on_rossi(
        "let told = rossi.with_columns(when(col(\"race\") == 1).then(lit(\"black\")).otherwise(lit(\"other\")).alias(\"race\"), \
         when(col(\"prio\") > 10).then(()).otherwise(col(\"prio\")).alias(\"prio\"));\n\
         told.cox(#{duration: \"week\", event: \"arrest\", covariates: [\"age\", \"race\", \"prio\"]})",
    ));
    assert!(found.contains("rows without `prio` were left out"), "{found}");
    assert!(found.contains("`race` is text: its values are compared with `black`"), "{found}");
    assert!(found.contains("the effect of `age` changes with time"), "{found}");
    assert!(found.contains("race=other"), "{found}");
}

/// Where one unit is far more than the rows differ by, the ratio for it is nought or infinite, which is told.
#[test]
fn ratios_that_no_number_can_hold_are_told() {
    let tiny = "let tiny = rossi.with_columns((col(\"age\") * 1e-9).alias(\"age\"));";
    for call in [
        "cox(#{duration: \"week\", event: \"arrest\", covariates: [\"age\"]})",
        "accelerated_failure_time(#{duration: \"week\", event: \"arrest\", covariates: [\"age\"]})",
        "churn_model(#{target: \"arrest\", columns: [\"age\"]})",
    ] {
        let told = shown(&on_rossi(&format!("{tiny}\ntiny.{call}")));
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("one unit of `age` is far more than the rows differ by"), "{call}: {told}");
        let plain = shown(&on_rossi(&format!("rossi.{call}")));
        assert!(!plain.contains("one unit of"), "{call}: {plain}");
    }
}
