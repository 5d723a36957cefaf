use proptest::prelude::*;
use regulars_plugin::{Chart, Failure, Mark, Quiet};

use super::*;
use crate::show::example::{frame, orders, record_of, text, unit, with_units};
use crate::table::{Cell, Frame};

fn shown(value: &Value) -> String {
    html(value, &Quiet, 20).unwrap()
}

/// The names of the tags in a fragment, in order, and that every `<` begins one of ours.
fn tags(html: &str) -> Vec<String> {
    let name = |rest: &str| rest.chars().take_while(|letter| !letter.is_whitespace() && *letter != '>').collect();
    html.split('<').skip(1).map(name).collect()
}

/// The fragment without its tags: what a reader sees, with the escapes taken back.
fn words(html: &str) -> String {
    let mut words = String::new();
    for piece in html.split('<') {
        words.push_str(piece.split_once('>').map_or(piece, |(_, behind)| behind));
    }
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    escapes.iter().fold(words, |words, (escape, letter)| words.replace(escape, letter))
}

#[test]
fn a_frame_is_a_table() {
    let units = with_units(&orders(), vec![unit("amount", Some("money"), "What was paid, in `money`.")]);
    assert_eq!(
        shown(&Value::Frame(units)),
        r#"<div class="rg">
<div class="rg-scroll" role="group" tabindex="0" aria-label="table of 3 rows × 4 columns">
<table class="rg-table r3 r4">
<thead><tr><th scope="col"><span class="rg-column">customer</span> <span class="rg-type">text</span></th><th scope="col"><span class="rg-column">date</span> <span class="rg-type">date</span></th><th scope="col" data-number title="What was paid, in money."><span class="rg-column">amount</span> <span class="rg-type">number · money</span></th><th scope="col" data-number><span class="rg-column">order</span> <span class="rg-type">integer</span></th></tr></thead>
<tbody>
<tr><td>ann, &quot;A&quot;<td>1997-01-31<td data-v="0.3">0.30<td>1234567
<tr><td>李雷⏎|<td class="rg-missing">–<td>7.00<td class="rg-missing">–
<tr><td><td>1997-02-01<td class="rg-missing">–<td>3
</tbody></table></div>
<p class="rg-count">3 rows × 4 columns</p>
</div>
"#
    );
}

#[test]
fn a_cut_table_says_so() {
    let cells: Vec<Cell> = (1..=2357).map(Cell::Integer).collect();
    let long = Value::Frame(frame(&[("n", cells)]));
    let both = html(&long, &Quiet, 5).unwrap();
    assert!(both.contains("<tr><td>3\n<tr class=\"rg-gap\"><td class=\"rg-missing\">⋮\n<tr><td>2,356\n"), "{both}");
    assert!(both.contains("<p class=\"rg-count\">5 of 2,357 rows × 1 column</p>"), "{both}");
    let first = Html::new(&Quiet, 5).from_start().value(&long).unwrap();
    assert!(first.contains("<tr><td>5\n</tbody>") && !first.contains("rg-gap"), "{first}");
    let wide: Vec<(String, Vec<Cell>)> = (1..=103).map(|at| (format!("c{at}"), vec![Cell::Flag(true)])).collect();
    let wide = shown(&Value::Frame(Frame::from_cells(&wide).unwrap()));
    assert!(wide.contains("1 row × 103 columns (3 columns not shown: c101, c102, c103)"), "{wide}");
    let empty = shown(&Value::Frame(orders().head(0).unwrap()));
    assert!(empty.contains("no rows × 4 columns"), "{empty}");
}

#[test]
fn what_reads_shorter_than_it_is_carries_its_number() {
    let shares =
        frame(&[("rate", vec![Cell::Number(0.4551), Cell::Number(f64::NEG_INFINITY), Cell::Number(f64::NAN)])]);
    let shares = shown(&Value::Frame(with_units(&shares, vec![unit("rate", Some("share"), "")])));
    assert!(
        shares.contains("<td data-v=\"0.4551\">45.51 %\n<tr><td data-v=\"-Infinity\">-inf\n<tr><td>NaN"),
        "{shares}"
    );
}

#[test]
fn a_record_is_figures_with_meanings_and_the_table_behind_them() {
    let mut record = record_of(Some(orders()));
    record.further = vec![("by <month>".to_owned(), orders().head(1).unwrap())];
    let shown = shown(&Value::Record(record));
    assert!(shown.contains("<p class=\"rg-title\">repeat_rate</p>\n<table class=\"rg-figures\">"), "{shown}");
    let line = "<tr><th scope=\"row\">spent</th><td><span>60.50</span> <span class=\"rg-type\">money</span></td>\
                <td>What a customer spent, on average.</td></tr>";
    assert!(shown.contains(line), "{shown}");
    assert!(shown.contains("<td>95 % interval of <code>repeat_rate</code>.</td>"), "{shown}");
    assert!(shown.contains("<td><span class=\"rg-missing\">–</span></td>"), "{shown}");
    assert!(shown.contains("<p class=\"rg-title\">by &lt;month&gt;</p>"), "{shown}");
    assert_eq!(shown.matches("<table class=\"rg-table").count(), 2);
    assert!(shown.ends_with("note:</span> 69 rows without a customer were left out</p>\n</div>\n"), "{shown}");
}

#[test]
fn lists_and_maps_hold_tables_and_pictures() {
    let map = Value::Map(vec![
        ("<b>".to_owned(), Value::Frame(orders())),
        ("list".to_owned(), Value::List(vec![Value::Integer(1), Value::Text("x & y".to_owned())])),
    ]);
    let shown_map = shown(&map);
    assert!(shown_map.contains("<tr><th scope=\"row\">&lt;b&gt;</th><td><div class=\"rg-scroll\""), "{shown_map}");
    assert_eq!(
        shown(&Value::List(vec![Value::Integer(1), Value::Text("a".to_owned())])),
        "<div class=\"rg\">\n<p class=\"rg-value\">[<span class=\"rg-number\">1</span>, \
         <span class=\"rg-string\">&quot;a&quot;</span>]</p>\n</div>\n"
    );
    let long = html(&Value::List((0..50).map(Value::Integer).collect()), &Quiet, 30).unwrap();
    assert_eq!(long.matches("<li>").count(), 30);
    assert!(long.contains("<p class=\"rg-count\">30 of 50 entries</p>"), "{long}");
    let deep = (0..200).fold(Value::Text("<".to_owned()), |inner, _| Value::List(vec![inner]));
    assert!(shown(&deep).matches("<ol").count() <= 3);
    assert_eq!(shown(&Value::Nothing), "");
}

#[test]
fn a_picture_is_an_image_with_words() {
    let rows =
        frame(&[("segment", vec![text("<script>"), text("b")]), ("n", vec![Cell::Integer(1), Cell::Integer(2)])]);
    let chart = Chart::new(Mark::Bar).x("segment").y("n");
    let picture = Picture::of(&rows, &chart, &Quiet).unwrap();
    let value = Value::Picture { title: String::new(), description: String::new(), picture };
    let shown = shown(&value);
    assert!(shown.contains("<figure class=\"rg-picture\">\n<svg ") && shown.contains("role=\"img\""), "{shown}");
    assert!(shown.contains("<title>") && shown.contains("<desc>") && !shown.contains("<script"), "{shown}");
    // Nothing in it has a name that another picture of the page could have as well.
    assert!(!shown.contains(" id=\"") && !shown.contains("url(#"), "{shown}");
    let other = Html::new(&Quiet, 5).drawn_by(&|_| Ok("<i></i>".to_owned())).value(&value).unwrap();
    assert!(other.contains("<figure class=\"rg-picture\">\n<i></i>\n</figure>"), "{other}");
}

#[test]
fn a_failure_shows_its_place() {
    let failure = Failure::new("no column `<i>`").within("rfm").help("did you mean `a`?").at(1, 5);
    assert_eq!(
        html_failure(&failure, Some("let a = x < y;"), Some("a.rhai")),
        "<div class=\"rg\"><div class=\"rg-failure\">\n\
         <p><strong class=\"rg-error\">error:</strong> rfm: no column <code>&lt;i&gt;</code></p>\n\
         <pre class=\"rg-place\" tabindex=\"0\">  <span class=\"rg-aside\">┌ a.rhai, line 1, column 5</span>\n\
         <span class=\"rg-aside\">1 │ </span>let a = x &lt; y;\n\
         <span class=\"rg-aside\">  │ </span>    <span class=\"rg-error\">^</span></pre>\n\
         <ul class=\"rg-help\">\n<li>did you mean <code>a</code>?</li>\n</ul>\n</div></div>\n"
    );
    assert!(html_failure(&Failure::interrupted(), None, None).contains("interrupted"));
    assert!(html_warning(&failure, None, None).contains("<strong class=\"rg-warning\">warning:</strong>"));
}

#[test]
fn a_long_text_in_a_cell_is_cut_and_says_so() {
    let long = frame(&[("remark", vec![text(&"é<".repeat(1000))])]);
    let shown = shown(&Value::Frame(long));
    assert!(shown.contains("<td class=\"rg-long\">é&lt;"), "{shown}");
    assert!(shown.contains("é&lt;<span class=\"rg-missing\">… 1,600 more letters</span>"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever data says, the page has the same tags, and its reader sees what the data says.
    #[test]
    fn hostile_text_never_yields_a_tag(hostile in "(<[/!a-z]{1,8}|>|\"|'|&(lt|#60|amp);|=|`|\\PC|[\\x00-\\x1f]){0,12}") {
        let whole = |said: &str| {
            let rows = frame(&[(if said.is_empty() { "none" } else { said }, vec![text(said), Cell::Missing])]);
            let rows = with_units(&rows, vec![unit(&rows.names()[0], Some(said), said)]);
            let mut record = record_of(Some(rows.clone()));
            record.function = said.to_owned();
            record.figures.insert(said.to_owned(), serde_json::Value::from(said));
            record.notes.push(said.replace('`', ""));
            let mut page = Page::new();
            page.role(Role::Name, "x").text(said).line();
            let values = Value::List(vec![
                Value::Record(record),
                Value::Map(vec![(said.to_owned(), Value::Text(said.to_owned()))]),
                Value::Page(page),
                Value::Text(format!("x{said}")),
                Value::Frame(rows),
            ]);
            let failure = Failure::new(said.replace('`', "")).help(said.replace('`', "")).within(said.replace('`', "")).at(1, 1);
            format!("{}{}", shown(&values), html_failure(&failure, Some(&format!("x{said}")), Some(said)))
        };
        let html: String = whole(&hostile);
        let plain = tags(&whole("plain"));
        for tag in tags(&html) {
            prop_assert!(plain.contains(&tag) || tag == "br", "{} in {}", tag, html);
        }
        prop_assert!(words(&html).contains(&*crate::show::harmless(hostile.lines().next().unwrap_or_default())));
        prop_assert!(!html.chars().any(|letter| letter.is_control() && letter != '\n'));
    }
}
