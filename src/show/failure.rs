//! A failure with its place in the script.

use regulars_plugin::{Failure, Place, Rows};

use super::cell::MISSING;
use super::layout::GAP;
use super::number::grouped;
use super::prose::wrap;
use super::text::{cut, ending, harmless, padding, width as columns_of};
use super::{Page, Role};

/// Shows a failure: what was found, the line of the script with a mark under the place, and what to do next.
///
/// `script` is the text that was run and `name` what it is called; the line is shown only if the place is in that
/// text and not in a module of another name.
pub fn failure(failure: &Failure, script: Option<&str>, name: Option<&str>, width: usize) -> Page {
    if failure.cancelled {
        let mut page = Page::new();
        page.role(Role::Warning, "interrupted").line();
        return page;
    }
    labelled((Role::Error, "error"), failure, script, name, width)
}

/// Shows what may become a failure, or has no use, in the same way.
pub fn warning(failure: &Failure, script: Option<&str>, name: Option<&str>, width: usize) -> Page {
    labelled((Role::Warning, "warning"), failure, script, name, width)
}

fn labelled(
    (role, label): (Role, &str),
    failure: &Failure,
    script: Option<&str>,
    name: Option<&str>,
    width: usize,
) -> Page {
    let mut page = Page::new();
    page.role(role, label).text(": ");
    let within: String = failure.within.iter().map(|name| format!("{name}: ")).collect();
    hanging(&mut page, &format!("{within}{}", failure.message), width, label.len() + 2);
    let (gutter, place) = middle(role, failure, script, name, width);
    page.append(place);
    for advice in &failure.help {
        page.space(gutter + 1).role(Role::Advice, "= ");
        hanging(&mut page, advice, width, gutter + 3);
    }
    page
}

/// The place, the line of the script with its mark, and the rows at fault; with the columns that the number of the line takes.
pub(crate) fn middle(
    role: Role,
    failure: &Failure,
    script: Option<&str>,
    name: Option<&str>,
    width: usize,
) -> (usize, Page) {
    let mut page = Page::new();
    let mut gutter = 1;
    if let Some(place) = &failure.place {
        gutter = place.line.to_string().len();
        let source = place.source.as_deref().or(name);
        let here = source.map(|source| format!("{source}, ")).unwrap_or_default();
        page.space(gutter + 1).role(Role::Note, "┌ ");
        page.role(Role::Note, &format!("{here}line {}, column {}", place.line, place.column)).line();
        let is_here = place.source.is_none() || place.source.as_deref() == name;
        let line = script.filter(|_| is_here).and_then(|script| script.lines().nth(place.line.checked_sub(1)?));
        let line = place.text.as_deref().or(line);
        if let Some(line) = line {
            excerpt(&mut page, &unsecret(line), place, role, width);
        }
    }
    if let Some(rows) = &failure.rows {
        table(&mut page, rows, role, gutter, width);
    }
    (gutter, page)
}

/// Text behind a label that takes `indent` columns. Line ends of the text are kept.
fn hanging(page: &mut Page, text: &str, width: usize, indent: usize) {
    let mut lines = text.lines().flat_map(|line| wrap(line, width.saturating_sub(indent).max(20)));
    page.text(&lines.next().unwrap_or_default()).line();
    for line in lines {
        page.space(indent).text(&line).line();
    }
}

/// The line of the script and the mark under it; a long line is cut around the place.
fn excerpt(page: &mut Page, line: &str, place: &Place, role: Role, width: usize) {
    let gutter = place.line.to_string();
    let room = width.saturating_sub(gutter.len() + 3).max(20);
    let at = line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let (before, after) = (tabless(&line[..at]), tabless(&line[at..]));
    let most = (room / 2).max(room.saturating_sub(columns_of(&after)));
    let before =
        if columns_of(&before) > most { format!("…{}", ending(&before, most.saturating_sub(1))) } else { before };
    let mark = columns_of(&before);
    let after = cut(&after, room.saturating_sub(mark));
    page.role(Role::Note, &format!("{gutter} │ ")).role(Role::Plain, &format!("{before}{after}")).line();
    page.role(Role::Note, &format!("{} │ ", " ".repeat(gutter.len()))).space(mark).role(role, "^").line();
}

/// A few rows of the data, with a mark under the value at fault. Columns far from it give way where the line is too
/// short for all.
fn table(page: &mut Page, rows: &Rows, role: Role, gutter: usize, width: usize) {
    let text = |cell: &Option<String>| cell.as_deref().map_or(MISSING.to_owned(), |text| harmless(text).into_owned());
    let places =
        std::iter::once("row".to_owned()).chain(rows.rows.iter().map(|(number, _)| grouped(&number.to_string())));
    let mut columns: Vec<Vec<String>> = vec![places.collect()];
    for (place, name) in rows.columns.iter().enumerate() {
        let cells = rows.rows.iter().map(|(_, cells)| cells.get(place).map(text).unwrap_or_default());
        columns.push(std::iter::once(harmless(name).into_owned()).chain(cells).collect());
    }
    let room = width.saturating_sub(gutter + 3).max(20);
    let at = rows.column.saturating_add(1);
    // A failure may come from a plugin.
    if at >= columns.len() {
        return;
    }
    let wide = |place: usize| columns[place].iter().map(|text| columns_of(text)).max().unwrap_or(0).min(room / 2);
    let mut left: Vec<usize> = (1..columns.len()).filter(|place| *place != at).collect();
    // The first column often says whose row it is.
    left.sort_by_key(|place| if *place == 1 { 0 } else { place.abs_diff(at) });
    let mut shown = vec![0, at];
    let mut used = wide(0) + GAP + wide(at);
    for place in left {
        used += GAP + wide(place);
        if used > room {
            break;
        }
        shown.push(place);
    }
    shown.sort_unstable();
    let begin = |page: &mut Page| {
        page.role(Role::Note, &format!("{} │ ", " ".repeat(gutter)));
    };
    let numbers = std::iter::once(None).chain(rows.rows.iter().map(|(number, _)| Some(*number)));
    for (line, number) in numbers.enumerate() {
        begin(page);
        let (mut before, mut mark) = (0, (0, 0));
        for place in &shown {
            let width = wide(*place);
            let text = cut(&columns[*place][line], width).into_owned();
            let padding = padding(&text, width);
            let style = if number.is_none() || *place == 0 { Role::Name } else { Role::Plain };
            if *place == at {
                mark = (before, columns_of(&text).max(1));
            }
            match place {
                0 => page.text(&padding).role(style, &text),
                _ => page.role(style, &text).text(&padding),
            };
            page.space(GAP);
            before += width + GAP;
        }
        page.line();
        if number == Some(rows.row) {
            begin(page);
            page.space(mark.0).role(role, &"^".repeat(mark.1)).line();
        }
    }
}

/// The line with the passwords of addresses covered, letter by letter: what a script does wrong is shown to others.
pub(crate) fn unsecret(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = [rest.find("://"), rest.find("password=")].into_iter().flatten().min() {
        let is_address = rest[at..].starts_with("://");
        let begin = at + if is_address { "://".len() } else { "password=".len() };
        shown.push_str(&rest[..begin]);
        rest = &rest[begin..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`/?&".contains(letter)).unwrap_or(rest.len());
        let secret = match (is_address, rest[..end].rfind('@')) {
            (true, Some(host)) => rest[..host].find(':').map(|colon| (colon + 1, host)),
            (true, None) => None,
            (false, _) => Some((0, end)),
        };
        if let Some((from, to)) = secret {
            shown.push_str(&rest[..from]);
            shown.extend(rest[from..to].chars().map(|_| '•'));
            rest = &rest[to..];
        }
    }
    shown + rest
}

/// Harmless, with tabs as four spaces: a tab's own width depends on where it stands.
fn tabless(text: &str) -> String {
    harmless(&text.replace('\t', "    ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked() {
        let script = "let tx = 1;\n\nlet big = tx.filter(col(\"amonut\") > 10);\n";
        let wrong = Failure::new("no column `amonut`").help("did you mean `amount`?").at(3, 14);
        assert_eq!(
            failure(&wrong, Some(script), Some("orders.rhai"), 80).plain(),
            "\
error: no column `amonut`
  ┌ orders.rhai, line 3, column 14
3 │ let big = tx.filter(col(\"amonut\") > 10);
  │              ^
  = did you mean `amount`?
"
        );
    }

    #[test]
    fn a_warning_looks_like_a_failure_with_another_word() {
        let unused = Failure::new("`a` is never used").help("leave it out").at(1, 5);
        assert_eq!(
            warning(&unused, Some("let a = 1;"), Some("x.rhai"), 80).plain(),
            "\
warning: `a` is never used
  ┌ x.rhai, line 1, column 5
1 │ let a = 1;
  │     ^
  = leave it out
"
        );
    }

    #[test]
    fn the_mark_stands_under_the_letter_behind_tabs_and_wide_characters() {
        let wrong = Failure::new("unknown").within("rfm").at(10, 7);
        let script = format!("{}\t客户 = x + 1", "\n".repeat(9));
        assert_eq!(
            failure(&wrong, Some(&script), None, 80).plain(),
            "\
error: rfm: unknown
   ┌ line 10, column 7
10 │     客户 = x + 1
   │            ^
"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let script = format!("let a = [{}oops{}];", "1, ".repeat(40), ", 2".repeat(40));
        let wrong = Failure::new("unknown variable `oops`").help("a\nb").at(1, 130);
        assert_eq!(
            failure(&wrong, Some(&script), Some("cell 7"), 40).plain(),
            "\
error: unknown variable `oops`
  ┌ cell 7, line 1, column 130
1 │ …, 1, 1, 1, 1, 1, oops, 2, 2, 2, 2,…
  │                   ^
  = a
    b
"
        );
    }

    #[test]
    fn the_value_at_fault_is_marked_among_the_rows_around_it() {
        let cells = |texts: [&str; 3]| texts.map(|text| Some(text.to_owned())).to_vec();
        let rows = Rows {
            columns: vec!["客户".to_owned(), "note".to_owned(), "zip".to_owned()],
            rows: vec![
                (9, cells(["北京", "a long remark", "1"])),
                (10, cells(["Ann", "x", "n/\u{1b}[1m"])),
                (11, vec![None; 3]),
            ],
            column: 2,
            row: 10,
        };
        let mut wrong = Failure::new("no number").help("mend it").at(2, 1);
        wrong.rows = Some(Box::new(rows));
        assert_eq!(
            failure(&wrong, Some("a\nb"), None, 80).plain(),
            "\
error: no number
  ┌ line 2, column 1
2 │ b
  │ ^
  │ row  客户  note           zip
  │   9  北京  a long remark  1
  │  10  Ann   x              n/␛[1m
  │                           ^^^^^^
  │  11  –     –              –
  = mend it
"
        );
        // What has no room is left out, the key last.
        let narrow = failure(&wrong, None, None, 24).plain();
        assert!(narrow.contains("  │ row  客户  zip\n"), "{narrow}");
    }

    #[test]
    fn a_password_in_the_line_is_covered() {
        let line = "let tx = read_postgres(\"postgres://ann:s3cret@db/shop\", \"orders\");";
        assert_eq!(unsecret(line), "let tx = read_postgres(\"postgres://ann:••••••@db/shop\", \"orders\");");
        assert_eq!(
            unsecret("read(\"host=db password=s3cret user=ann\")"),
            "read(\"host=db password=•••••• user=ann\")"
        );
        for plain in ["read(\"https://example.org/x@y:z.csv\")", "a + b", "postgres://ann@db/shop"] {
            assert_eq!(unsecret(plain), plain);
        }
    }

    #[test]
    fn places_elsewhere_and_interrupts_show_no_line() {
        let mut wrong = Failure::new("x").at(2, 1);
        wrong.place = Some(Box::new(Place { source: Some("lib.rhai".into()), line: 2, column: 1, text: None }));
        let shown = failure(&wrong, Some("a\nb"), Some("main.rhai"), 80).plain();
        assert_eq!(shown, "error: x\n  ┌ lib.rhai, line 2, column 1\n");
        assert_eq!(failure(&Failure::interrupted().at(1, 1), Some("a"), None, 80).plain(), "interrupted\n");
        let advice = Failure::new("no file `a\u{1b}[2J`").help("look in the folder");
        assert_eq!(failure(&advice, None, None, 80).plain(), "error: no file `a␛[2J`\n  = look in the folder\n");
        // A place past the end of the script, as after a missing bracket.
        let end = Failure::new("x").at(9, 1);
        assert_eq!(failure(&end, Some("a"), None, 80).plain(), "error: x\n  ┌ line 9, column 1\n");
    }
}
