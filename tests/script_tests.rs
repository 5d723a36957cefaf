//! `regulars test`: what is found, what is told, and what is written.

use std::path::Path;

use crate::modules::folder_with;
use crate::program::{Ran, names_in, program, run, told};

#[test]
fn the_modules_of_the_project_pass_their_tests() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let ran = told(program(&scripts).env("CI", "1").args(["test", "lib"]).output().unwrap());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("passed, 0 failed"), "{}", ran.err);
}

const MIXED: &str = "let outside = [];\nfn twice(x) { x * 2 }\n\
                     fn test_right() { print(\"quiet\"); assert_eq(twice(2), 4); }\n\
                     fn test_wrong() {\n    print(\"loud\");\n    assert_eq(twice(2), 5);\n}\n\
                     fn test_of_arguments(x) { x }\nfn helper() { assert(false) }\n";

/// Runs tests where the environment is not that of a CI system.
fn test(folder: &Path, arguments: &[&str]) -> Ran {
    told(program(folder).env_remove("CI").arg("test").args(arguments).output().unwrap())
}

#[test]
fn each_failing_test_is_told_with_place_reason_and_prints() {
    let folder = folder_with(&[("a_test.rhai", MIXED), ("b.rhai", "fn test_never() { assert(false) }")]);
    let ran = test(folder.path(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    for part in [
        "failed a_test.rhai:6 test_wrong\n",
        "error: the values differ\n  ┌ a_test.rhai, line 6, column 5\n6 │     assert_eq(twice(2), 5);\n",
        "left 4, right 5",
        "loud",
        "failed a_test.rhai:8 test_of_arguments",
        "a test is given none",
        "1 passed, 2 failed",
    ] {
        assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
    }
    assert!(
        !ran.err.contains("quiet") && !ran.err.contains("test_never") && !ran.err.contains("test_right"),
        "{}",
        ran.err
    );
    let ran = test(folder.path(), &["--filter", "right"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("1 passed, 0 failed, 2 left out by --filter"), "{}", ran.err);
    // A file that is named is looked through whatever it is called.
    assert!(test(folder.path(), &["b.rhai"]).err.contains("failed b.rhai:1 test_never"));
}

#[test]
fn nothing_found_is_no_success() {
    let folder = folder_with(&[
        ("a.rhai", "fn f() {}"),
        ("b_test.rhai", "fn f() {}"),
        ("c_test.rhai", "fn test_a() {"),
        ("empty/x.txt", ""),
    ]);
    let ran = test(folder.path(), &["empty"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("no tests were found, so nothing was tested"), "{}", ran.err);
    let ran = test(folder.path(), &["b_test.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("the file holds no test"), "{}", ran.err);
    let ran = test(folder.path(), &["c_test.rhai"]);
    assert!(ran.code == Some(1) && ran.err.contains("c_test.rhai, line"), "{}", ran.err);
    let folder = folder_with(&[("a_test.rhai", "fn test_a() {}")]);
    let ran = test(folder.path(), &["--filter", "zzz"]);
    assert!(ran.code == Some(1) && ran.err.contains("no test's name holds `zzz`"), "{}", ran.err);
    let ran = test(folder.path(), &["nowhere"]);
    assert!(ran.code == Some(2) && ran.err.contains("there is no file `nowhere`"), "{}", ran.err);
    assert_eq!(test(folder.path(), &["--nonsense"]).code, Some(2));
}

#[test]
fn tests_do_not_see_what_others_left_behind() {
    // What stands outside of functions runs anew before each test.
    let text = "import \"m\" as m;\nconst LIST = [1];\nfn test_a() { let x = 1; assert_eq(global::LIST.len(), 1); assert_eq(m::f(), 1) }\n\
                fn test_b() { assert_eq(global::LIST.len(), 1); assert_fails(|| [].first_of_all(), \"there is no function\"); }\n";
    let folder = folder_with(&[("a_test.rhai", text), ("m.rhai", "fn f() { 1 }")]);
    let ran = test(folder.path(), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn every_claim_holds_and_fails_as_it_should() {
    let text = r#"
fn f() { frame(#{a: [1, 2, 3], b: ["x", "y", ()]}) }
fn test_claims() {
    assert(true); assert(1 < 2, "words");
    assert_eq(#{a: [1, 2.0], b: ()}, #{b: (), a: [1.0, 2]});
    assert_eq(date("2024-01-01"), date("2024-01-01")); assert_eq("客", "客"); assert_eq('x', 'x');
    assert_close([1.0, #{x: 2.0}], [1.0 + 1e-12, #{x: 2.0}]); assert_close(100, 101, #{relative: 0.01}); assert_close(0.0, 0.01, #{absolute: 0.01});
    assert_frame(f(), f().select("b", "a")); assert_frame(f(), f().sort("a", #{descending: true}), #{order: false});
    assert_frame(f(), f().with_columns(col("a") + 1e-13), #{absolute: 1e-9, types: false});
    assert_frame(f().head(0), f().head(0));
    assert_fails(|| f().filter(col("c") > 1)); assert_fails(|| f().filter(col("c") > 1), "no column `c`"); assert_fails(|| throw "mine", "mine");
}
fn test_1() { assert_close(100, 101.1, #{relative: 0.01}) }
fn test_2() { assert_frame(f(), f().sort("a", #{descending: true})) }
fn test_3() { assert_frame(f(), f().with_columns(col("a").cast("number"))) }
fn test_4() { assert_frame(f(), f().with_columns(lit(1).alias("c"))) }
fn test_5() { assert_frame(f(), f().head(2)) }
fn test_6() { assert_eq("a", "a ") }
fn test_7() { assert_eq(1, "1") }
fn test_8() { assert_frame(f(), f().with_columns(col("a") + 0.1), #{types: false, absolute: 0.01}) }
"#;
    let folder = folder_with(&[("a_test.rhai", text)]);
    let ran = test(folder.path(), &[]);
    for part in [
        "1 passed, 8 failed",
        "the tolerance is relative 1e-2 of the larger",
        "1.100e0 apart; allowed is 1.011e0",
        "the frames differ in 2 of 3 rows",
        "row 1: `a` left 1, right 3; `b` left \"x\", right nothing",
        "`a` is integer on the left and number on the right",
        "only right has the column `c`",
        "left has 3 rows, right 2 rows",
        "left \"a\", right \"a \"",
        "left is a whole number 1, right is text \"1\"",
        "numbers were compared with a tolerance: absolute 1e-2",
    ] {
        assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
    }
}

#[test]
fn snapshots_are_kept_reviewed_and_never_written_in_silence() {
    let text = |number: i64| {
        format!("fn test_a() {{ assert_snapshot(frame(#{{a: [{number}]}})); assert_snapshot(#{{b: 1}}, \"named\") }}\n")
    };
    let folder = folder_with(&[("s_test.rhai", &text(1))]);
    let (here, snapshots) = (folder.path(), folder.path().join("snapshots"));
    let in_ci = || told(program(here).env("CI", "1").arg("test").output().unwrap());
    let ran = in_ci();
    assert!(ran.code == Some(1) && ran.err.contains("there is no snapshot"), "{}", ran.err);
    assert!(!snapshots.exists(), "a snapshot was written where nobody looks");
    let ran = test(here, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(names_in(&snapshots), ["s_test.test_a.snap.new"]);
    // Nobody is there to be asked.
    let ran = test(here, &["--review"]);
    assert!(ran.code == Some(2) && ran.err.contains("nobody is there to review"), "{}", ran.err);
    let ran = test(here, &["--update"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names_in(&snapshots), ["s_test.test_a.named.snap", "s_test.test_a.snap"]);
    assert_eq!(in_ci().code, Some(0));
    std::fs::write(here.join("s_test.rhai"), text(2)).unwrap();
    let ran = in_ci();
    for part in ["it shows something else than the snapshot", "line 4 of the snapshot:", "line 4 now:"] {
        assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
    }
    assert_eq!(names_in(&snapshots).len(), 2);
    assert_eq!(test(here, &[]).code, Some(1));
    assert_eq!(names_in(&snapshots).len(), 3);
    // What is right again waits for nobody.
    std::fs::write(here.join("s_test.rhai"), text(1)).unwrap();
    assert_eq!(test(here, &[]).code, Some(0));
    assert_eq!(names_in(&snapshots).len(), 2);
    std::fs::write(here.join("s_test.rhai"), "fn test_a() { assert_snapshot(1, \"../x\") }").unwrap();
    assert!(test(here, &[]).err.contains("is no name of a snapshot"));
}

#[test]
fn junit_holds_every_test_and_escapes_their_text() {
    let text = "fn test_ok() {}\nfn test_bad() { print(\"<b>\\x1b[31m & ]]>\"); assert(false, \"a < b & \\\"c\\\"\") }\nfn test_other() {}\n";
    let folder = folder_with(&[("j_test.rhai", text)]);
    let ran = test(folder.path(), &["--junit", "out.xml", "--filter", "test_"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let xml = std::fs::read_to_string(folder.path().join("out.xml")).unwrap();
    for part in [
        "<testsuites name=\"regulars\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\"",
        "<testsuite name=\"j_test.rhai\" tests=\"3\"",
        "<testcase classname=\"j_test.rhai\" name=\"test_ok\" time=\"",
        "message=\"a &lt; b &amp; &quot;c&quot;\"",
        "<system-out>&lt;b&gt;\u{fffd}[31m &amp; ]]&gt;",
    ] {
        assert!(xml.contains(part), "{part} is not in\n{xml}");
    }
    assert_eq!(xml.matches("<testcase").count(), 3);
    let ran = test(folder.path(), &["--junit", "out.xml", "--filter", "ok"]);
    assert_eq!(ran.code, Some(0));
    let xml = std::fs::read_to_string(folder.path().join("out.xml")).unwrap();
    assert!(xml.contains("skipped=\"2\"") && xml.contains("<skipped/>"), "{xml}");
}

#[test]
fn results_are_told_as_json_as_well() {
    let folder = folder_with(&[("a_test.rhai", MIXED)]);
    let ran = run(folder.path(), &["--output", "json", "test"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let outcomes: Vec<&str> = told.as_array().unwrap().iter().filter_map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["passed", "failed", "failed"]);
    assert_eq!((told[1]["place"]["line"].as_u64(), told[1]["place"]["file"].as_str()), (Some(6), Some("a_test.rhai")));
}
