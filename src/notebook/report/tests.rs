use std::time::Duration;

use proptest::prelude::*;
use regulars_plugin::{Chart, Failure, Mark, Quiet};

use super::pictures::Colours;
use super::*;
use crate::chart::Picture;
use crate::notebook::{Cell, CellKind, Hide};
use crate::session::Said;
use crate::show::Value;
use crate::table::{Cell as Value1, Frame};

fn played(cell: Cell, said: Vec<Said>, answer: Result<Value>) -> Played {
    let outcome = (cell.kind == CellKind::Code).then_some(Outcome { answer, took: Duration::from_millis(3) });
    Played { cell, outcome, said }
}

fn frame(rows: i64) -> Frame {
    Frame::from_cells(&[("n".to_owned(), (0..rows).map(Value1::Integer).collect())]).unwrap()
}

fn made(cells: Vec<Played>) -> (String, Vec<Failure>) {
    let script = Script { name: Some("a.rhai".to_owned()), text: "let a = 1;".to_owned() };
    let mut report = HtmlReport::new(script, None);
    let failures = cells.iter().enumerate().filter_map(|(at, played)| report.cell(at + 1, played, &Quiet)).collect();
    (report.finish(Some(&Account::default()), 0).unwrap().text, failures)
}

fn code(title: &str, source: &str) -> Cell {
    Cell { title: title.to_owned(), source: source.to_owned(), line: 1, ..Cell::default() }
}

#[test]
fn what_is_hidden_is_not_there_but_a_failure_always_is() {
    let hidden = |code: bool, result: bool| Hide { code, result };
    let cell = |title: &str, hide: Hide| Cell { hide, ..code(title, "secret_code(1)") };
    let text = |text: &str| Ok(Value::Text(text.to_owned()));
    let (html, failures) = made(vec![
        played(cell("One", hidden(true, false)), vec![Said::Text("told".to_owned())], text("shown")),
        played(cell("Two", hidden(true, true)), vec![Said::Text("untold".to_owned())], text("unseen")),
        played(cell("Three", hidden(true, true)), vec![], Err(Failure::new("it broke"))),
    ]);
    assert!(html.contains("told") && html.contains("shown") && !html.contains("secret"), "{html}");
    assert!(!html.contains("untold") && !html.contains("unseen") && !html.contains(">Two<"));
    assert!(html.contains(">Three<") && html.contains("it broke") && html.contains("href=\"#cell-3\""));
    assert_eq!(failures.len(), 1);
}

#[test]
fn a_page_of_many_tables_stays_light_and_says_what_was_cut() {
    let cells = (0..40).map(|_| played(code("", "t"), vec![], Ok(Value::Frame(frame(5000))))).collect();
    let (html, _) = made(cells);
    assert!(html.len() < 350_000, "{}", html.len());
    assert!(html.contains("1,000 of 5,000 rows") && html.contains("500 of 5,000 rows"));
}

#[test]
fn passwords_of_the_script_are_covered() {
    let source = "let t = read_postgres(\"postgres://ann:s3cret@db/shop\", \"orders\");";
    let (html, _) = made(vec![played(code("", source), vec![], Ok(Value::Nothing))]);
    assert!(!html.contains("s3cret") && html.contains("ann:••••••@db"), "{html}");
}

#[test]
fn a_picture_has_the_colours_of_both_grounds() {
    let rows = Frame::from_cells(&[
        ("segment".to_owned(), vec![Value1::Text("#FFFFFF".to_owned()), Value1::Text("b".to_owned())]),
        ("n".to_owned(), vec![Value1::Integer(1), Value1::Integer(2)]),
    ])
    .unwrap();
    let picture = Picture::of(&rows, &Chart::new(Mark::Bar).x("segment").y("n"), &Quiet).unwrap();
    let colours = Colours::default();
    let drawn = colours.draw(&picture).unwrap();
    let (light, dark) = colours.variables();
    assert!(drawn.contains("fill=\"var(--k0)\"") && light.starts_with("--k0:#FFFFFF;"), "{drawn}\n{light}");
    assert_eq!(light.matches(';').count(), dark.matches(';').count());
    // Text that looks like a colour is text.
    assert!(drawn.contains(">#FFFFFF</text>"), "{drawn}");
    // What has one colour on both grounds needs no variable; nothing else is left with a colour of light ground.
    let left = drawn.matches("=\"#").count();
    assert!(left < drawn.matches("var(--k").count(), "{drawn}");
}

#[test]
fn a_picture_of_very_many_dots_is_one_of_pixels() {
    let column = |name: &str, of: fn(i64) -> i64| (name.to_owned(), (0..30_000).map(of).map(Value1::Integer).collect());
    let rows = Frame::from_cells(&[column("x", |n| n % 997), column("y", |n| n * n % 991)]).unwrap();
    let picture = Picture::of(&rows, &Chart::new(Mark::Scatter).x("x").y("y"), &Quiet).unwrap();
    let drawn = Colours::default().draw(&picture).unwrap();
    assert_eq!(drawn.matches("src=\"data:image/png;base64,").count(), 2);
    assert!(
        drawn.contains("class=\"on-light\"") && drawn.contains("class=\"on-dark\"") && drawn.contains("alt=\"Scatter")
    );
    assert!(drawn.len() < picture.svg().unwrap().len());
}

#[test]
fn markdown_keeps_fences_whole_and_names_its_pictures() {
    let rows = frame(3);
    let picture = Picture::of(&rows, &Chart::new(Mark::Histogram).x("n"), &Quiet).unwrap();
    let value = |picture: &Picture| Value::Picture {
        title: String::new(),
        description: String::new(),
        picture: picture.clone(),
    };
    let mut report = MarkdownReport::new(Script::default(), "out", 2);
    let said = vec![
        Said::Text("```\n# no heading".to_owned()),
        Said::Value { value: Box::new(value(&picture)), rows: None },
        Said::Note("a *note*".to_owned()),
    ];
    report.cell(4, &played(code("A <b>", "draw()"), said, Ok(value(&picture))), &Quiet);
    report.cell(5, &played(code("", "rows"), vec![], Ok(Value::Frame(rows))), &Quiet);
    let made = report.finish(None, 0).unwrap();
    let names: Vec<&str> = made.beside.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["out-4.png", "out-4-2.png"]);
    assert!(made.beside.iter().all(|(_, bytes)| bytes.starts_with(b"\x89PNG")));
    assert!(
        made.text.starts_with("\n**A &lt;b>**\n\n```rust\ndraw()\n```\n\n````text\n```\n# no heading\n````\n"),
        "{}",
        made.text
    );
    assert!(made.text.contains("*note: a \\*note\\**") && made.text.contains("2 of 3 rows"), "{}", made.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever stands in prose, titles, prints and failures: the page has one piece of code, which is ours, no attribute
    /// that runs anything and no address that does.
    #[test]
    fn nothing_in_a_script_runs_in_its_report(
        hostile in "(<[/!a-z]{1,7}|<script>|</style>|</script>|<img src=x onerror=alert|>|\"|'|&lt;|\\[a\\]\\(|javascript:x\\)|\\PC|\n|```|# |\\| ){0,14}"
    ) {
        let prose = Cell { kind: CellKind::Prose, source: hostile.clone(), ..Cell::default() };
        let cell = code(hostile.trim(), &hostile);
        let failure = Failure::new(hostile.clone()).help(hostile.clone()).at(1, 1);
        let said = vec![Said::Text(hostile.clone()), Said::Note(hostile.clone()), Said::Wrote(hostile.clone())];
        let (html, _) = made(vec![played(prose, vec![], Ok(Value::Nothing)), played(cell, said, Err(failure))]);
        prop_assert_eq!(html.matches("<script").count(), 1);
        prop_assert_eq!(html.matches("</script").count(), 1);
        prop_assert_eq!(html.matches("<style").count(), 1);
        prop_assert_eq!(html.matches("<img").count(), 0);
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            let tag = tag.to_lowercase();
            // A `<` of our own code is none of a tag.
            let runs = tag.contains(" onerror=") || tag.contains("=\"javascript:");
            prop_assert!(!runs || !tag.starts_with(|letter: char| letter.is_ascii_alphabetic()), "{}", tag);
        }
    }
}
