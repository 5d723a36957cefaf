//! What the examples of plugins bring that built-in functions do not: a standard table and a picture of their own.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]

use crate::examples::session;
use crate::plugins::examples;

/// What a piece of code answers, as the prompt prints it; or why it does not.
fn told(code: &str) -> String {
    let mut session = session(examples().to_vec());
    match session.run(code).answer {
        Ok(value) => regulars::show::page(&value, &regulars_plugin::Quiet, 100, 20).unwrap().plain().trim().to_owned(),
        Err(failure) => failure.to_string(),
    }
}

const LEFT: &str = "let left = frame(#{year: [0, 1, 2, 3, 4], customers: [1000, 631, 468, 382, 326]});";

#[test]
fn a_standard_table_of_a_plugin_is_a_word_of_the_language() {
    let fit = "left.renewals(#{period: \"year\"}).contract_retention()";
    assert_eq!(told(&format!("{LEFT} {fit}.customers")), "1000");
    let near = told(&format!("{LEFT} left.renewals(#{{period: \"yaer\"}})"));
    assert!(near.contains("did you mean `year`"), "{near}");
    let unmapped = told(&format!("{LEFT} left.contract_retention()"));
    assert!(unmapped.contains("period"), "{unmapped}");
}

#[test]
fn a_model_of_a_plugin_is_saved_loaded_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.json").display().to_string();
    let fit = format!("{LEFT} let m = left.renewals(#{{period: \"year\"}}).contract_retention();");
    let own = told(&format!("{fit} m.predict(#{{periods: 2}})"));
    assert!(own.contains("2 rows × 4 columns"), "{own}");
    assert_eq!(told(&format!("{fit} m.save({path:?}); load_model({path:?}).predict(#{{periods: 2}})")), own);
    let unknown = told(&format!("{fit} m.predcit()"));
    assert!(unknown.contains("predict"), "{unknown}");
}

#[test]
fn a_picture_of_a_plugin_is_saved_and_only_title_and_size_are_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clock.svg").display().to_string();
    let clock = "sample(\"cdnow\").purchase_clock(#{by: \"month\"})";
    told(&format!("{clock}.chart(#{{title: \"A <year>\"}}).save({path:?})"));
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains("A &lt;year&gt;") && svg.contains("March") && !svg.contains("<year>"), "{svg}");
    let refused = told(&format!("{clock}.chart(#{{x: \"piece\"}})"));
    assert!(refused.contains("`x` cannot be chosen: this picture was drawn by the function"), "{refused}");
    // Another picture of the same table is a chart as any other.
    assert!(told(&format!("{clock}.chart(\"bar\", #{{x: \"piece\", y: \"orders\"}})")).contains("ar chart"));
}
