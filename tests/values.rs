//! Plain numbers and lists in a script, and lists and maps in the cells of a frame.

use serde_json::Value as Json;

use crate::examples::session;
use crate::witnesses::answer;

/// What a piece of script answers, worked out by hand.
const CASES: &[(&str, &str)] = &[
    // Numbers. Halves go away from zero; 1.005 lies below the half as a double.
    (
        "[(2.5).round(), (-2.5).round(), (1.234).round(2), (1.005).round(2), (1234.5).round(-2)]",
        "[3.0,-3.0,1.23,1.0,1200.0]",
    ),
    ("[(15).round(-1), (-15).round(-1), (14).round(-1), (7).round(2), round(7)]", "[20,-20,10,7,7]"),
    ("[(1e300).round(10), (0.1 + 0.2).round(17)]", "[1e300,0.30000000000000004]"),
    ("[(9).sqrt(), sqrt(2.25), (1000).log10(), (1).ln(), (0).exp()]", "[3.0,1.5,3.0,0.0,1.0]"),
    ("[(5).floor(), (5).ceil(), (5.5).ceil(), (-5.5).floor()]", "[5,5,6.0,-6.0]"),
    ("[abs(-3), max(3, 2.5), min(\"b\", \"a\")]", "[3,3.0,\"a\"]"),
    (
        "[(1234567.891).format_number(2), (1234567).format_number(), (1234567).format_number(1), (0.5).format_number()]",
        r#"["1,234,567.89","1,234,567","1,234,567.0","0.5"]"#,
    ),
    // The table of an answer stands for it; a method on a figure changes nothing.
    (
        "let p = sample(\"cdnow\").pareto_share(); [p.gini.round(9) == p[\"gini\"].round(9), p.head(2).height, p.filter(col(\"rank\") < 4).height]",
        "[true,2,3]",
    ),
    // Lists. The squares around 4 are 4, 0 and 4: 8 over two is 4, whose root is 2.
    ("[[1, 2, 3].sum(), [1, 2.5].sum(), [1, (), 2].sum(), [].sum()]", "[6,3.5,3,0]"),
    ("[[2, 4, 6].mean(), [2, (), 4].mean(), [].mean(), [()].median()]", "[4.0,3.0,null,null]"),
    ("[[3, 1, 2].median(), [4, 1, 3, 2].median(), [2, 4, 6].std(), [2].std()]", "[2.0,2.5,2.0,null]"),
    ("[[3, 1.5, ()].min(), [3, 1.5, ()].max(), [\"b\", \"a\"].min(), [].max()]", "[1.5,3,\"a\",null]"),
    ("[date(\"2024-02-29\"), date(\"2023-12-31\")].max()", "\"2024-02-29\""),
    (
        "[[3, 1, 3, 1.0, \"3\", ()].unique(), [date(\"2024-01-01\"), date(\"2024-01-01\")].unique().len()]",
        "[[3,1,\"3\",null],1]",
    ),
    ("[9007199254740993, 9007199254740992].unique().len()", "2"),
    // Sorting answers the list, and changes it as well.
    ("let a = [3, (), 1.5, 2]; let b = a.sort(); [a, b]", "[[1.5,2,3,null],[1.5,2,3,null]]"),
    ("let a = [3, (), 1.5, 2]; a.sort_desc(); a", "[3,2,1.5,null]"),
    ("[date(\"2024-02-29\"), date(\"2023-12-31\")].sort()", "[\"2023-12-31\",\"2024-02-29\"]"),
    ("let a = [3, 1, 2]; a.sort(|x, y| y - x); a", "[3,2,1]"),
    ("sample(\"cdnow\").head(3).to_list(\"quantity\").sort()", "[1,2,2]"),
    // Lists and maps in cells
    (
        r#"frame(#{a: [[1, 2], [3], [], ()]}).select(col("a").list.sum().alias("s"), col("a").list.len().alias("n"))"#,
        r#"[{"s":3,"n":2},{"s":3,"n":1},{"s":0,"n":0},{"s":null,"n":null}]"#,
    ),
    (r#"frame(#{a: [[1, 2], [3.5]]}).explode("a")"#, r#"[{"a":1.0},{"a":2.0},{"a":3.5}]"#),
    (r#"frame(#{a: [[["x"], []], [["y", ()]]]})"#, r#"[{"a":[["x"],[]]},{"a":[["y",null]]}]"#),
    (r#"frame(#{a: [[], [()]]})"#, r#"[{"a":[]},{"a":[null]}]"#),
    (
        r#"frame(#{p: [#{city: "Rome", zip: 100}, #{city: "Oslo"}, ()]}).unnest("p")"#,
        r#"[{"city":"Rome","zip":100},{"city":"Oslo","zip":null},{"city":null,"zip":null}]"#,
    ),
    (r#"frame(#{p: [#{city: "Rome"}, ()]}).filter(col("p").is_null()).height"#, "1"),
    (
        r#"let f = frame(#{p: [#{city: "Rome", tags: [1, 2]}]}); [f.row(0).p.city, f.row(0).p.tags[1], f.to_list("p")]"#,
        r#"["Rome",2,[{"city":"Rome","tags":[1,2]}]]"#,
    ),
    // Rows as maps, the way back from `rows()`
    (
        r#"frame([#{n: "ann", x: 1}, #{n: "bob"}, #{x: 2.5}])"#,
        r#"[{"n":"ann","x":1.0},{"n":"bob","x":null},{"n":null,"x":2.5}]"#,
    ),
    (
        r#"let f = frame(#{k: ["a", ()], x: [[1], [2, 3]], d: [date("2024-01-31"), ()]}); frame(f.rows()).equals(f)"#,
        "true",
    ),
    (r#"frame([]).height"#, "0"),
    (r#"frame(#{a: [1, 2]}).map_rows(|row| [row.a, row.a * 10])"#, r#"[{"value":[1,10]},{"value":[2,20]}]"#),
    // Text of another base
    (r#"frame(#{a: ["ff", "-1a", ()]}).select(col("a").str.to_integer(16))"#, r#"[{"a":255},{"a":-26},{"a":null}]"#),
    (r#"frame(#{a: ["12", "x"]}).select(col("a").str.to_integer(10, #{strict: false}))"#, r#"[{"a":12},{"a":null}]"#),
];

#[test]
fn numbers_lists_and_cells_answer_what_was_worked_out_by_hand() {
    let mut wrong = Vec::new();
    for (code, wanted) in CASES {
        let wanted = serde_json::from_str::<Json>(wanted).unwrap().to_string();
        let found = answer(code).to_string();
        if found != wanted {
            wrong.push(format!("{code}\n  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cells with lists and maps are shown as a script writes them.
#[test]
fn lists_and_maps_in_cells_are_shown_with_their_names() {
    let shown = answer("frame(#{tags: [[\"a\", \"b, c\"], []], at: [#{x: 1, y: ()}, ()]}).to_string()");
    let shown = shown.as_str().unwrap();
    assert!(
        shown.contains("{x: 1, y: –}") && shown.contains("[\"a\", \"b, c\"]") && shown.contains("list of text"),
        "{shown}"
    );
}

#[test]
fn errors_that_are_caught_speak_as_those_that_are_not() {
    for (code, wanted) in [
        ("undefinedfn(1)", "there is no function `undefinedfn`"),
        ("\"5a\" - 2", "`-`"),
        ("[1][7]", "place 7 is asked for, but the list has 1"),
        ("\"abc\"[7]", "place 7 is asked for, but the text has 3 characters"),
        ("1 / 0", "division by zero"),
        ("1.5.x", "x"),
    ] {
        let told = answer(&format!("let told = \"\"; try {{ {code} }} catch (e) {{ told = `${{e}}` }} told"));
        let told = told.as_str().unwrap_or_default();
        assert!(told.contains(wanted) && !told.contains("#{"), "{code}: {told}");
        let outcome = session(Vec::new()).run(&format!("try {{ {code} }} catch (e) {{ throw e }}"));
        let thrown = outcome.answer.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(thrown.contains(wanted) && !thrown.contains("#{"), "{code}: {thrown}");
    }
    assert_eq!(answer("to_string(#{a: [1, #{b: \"x\"}], c: ()})"), "#{\"a\": [1, #{\"b\": \"x\"}], \"c\": ()}");
}
