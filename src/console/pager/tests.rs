//! The pager without a terminal: keys in, lines out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use regulars_plugin::Quiet;

use super::*;
use crate::console::pager::work::Work;
use crate::table::{Cell, Data, Frame};

fn data(rows: usize) -> Data {
    let cells = |make: &dyn Fn(usize) -> Cell| (0..rows).map(make).collect::<Vec<Cell>>();
    let columns = [
        ("customer".to_owned(), cells(&|row| Cell::Integer(row as i64 + 1))),
        ("name".to_owned(), cells(&|row| Cell::Text(["Ann", "李雷", "Bob\u{1b}[2J"][row % 3].into()))),
        (
            "amount".to_owned(),
            cells(&|row| if row % 5 == 4 { Cell::Missing } else { Cell::Number((row * 7 % 100) as f64) }),
        ),
        ("comment".to_owned(), cells(&|row| Cell::Text(format!("row {row} {}", "long ".repeat(30))))),
        ("tags".to_owned(), cells(&|_| Cell::List(vec![Cell::Integer(1)]))),
    ];
    Frame::from_cells(&columns).unwrap().data(&Quiet).unwrap()
}

fn view(rows: usize, size: (usize, usize)) -> View {
    View::new(Sheet::new(data(rows), &[]), size)
}

fn shown(view: &mut View) -> Vec<String> {
    let lines = view.lines();
    lines
        .iter()
        .map(|line| line.iter().map(|(_, text)| text.as_str()).collect::<String>().trim_end().to_owned())
        .collect()
}

/// Presses keys, and carries out the work they ask for.
fn press(view: &mut View, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '⏎' => KeyCode::Enter,
            '⎋' => KeyCode::Esc,
            '▼' => KeyCode::PageDown,
            '▲' => KeyCode::PageUp,
            letter => KeyCode::Char(letter),
        };
        let rows = view.sheet.height();
        if let Step::Work(job) = view.press(KeyEvent::new(code, KeyModifiers::NONE)) {
            let work = Work::begin(data(rows), view.order(), job);
            view.tell_work(Some(work.told()));
            let answer = loop {
                match work.answer() {
                    Some(answer) => break answer,
                    None => std::thread::yield_now(),
                }
            };
            view.take_in(answer);
        }
    }
}

#[test]
fn the_first_screen() {
    let mut view = view(1000, (60, 8));
    assert_eq!(
        shown(&mut view),
        [
            "        customer  name       amount  comment",
            "         integer  text       number  text",
            "─".repeat(60).as_str(),
            "   1           1  Ann             0  row 0 long long long l…",
            "   2           2  李雷            7  row 1 long long long l…",
            "   3           3  Bob␛[2J        14  row 2 long long long l…",
            "   4           4  Ann            21  row 3 long long long l…",
            "row 1 of 1,000 · column 1 of 5             ? keys · q leaves",
        ]
    );
}

#[test]
fn rows_go_by_and_the_head_stays() {
    let mut view = view(1000, (60, 8));
    press(&mut view, "G");
    let lines = shown(&mut view);
    assert!(lines[0].contains("customer") && lines[6].starts_with("1000"), "{lines:#?}");
    press(&mut view, "▲");
    assert!(shown(&mut view)[6].starts_with(" 996"));
    press(&mut view, "g▼j");
    let lines = shown(&mut view);
    assert!(lines[3].starts_with("   5") && lines[7].starts_with("row 6 of 1,000 "), "{lines:#?}");
    // Beyond either end is the end.
    press(&mut view, "gkkk▲");
    assert!(shown(&mut view)[7].starts_with("row 1 of"));
}

#[test]
fn columns_go_by_and_the_first_stays() {
    let mut view = view(50, (40, 8));
    press(&mut view, "llll");
    let lines = shown(&mut view);
    assert!(lines[0].contains("customer") && lines[0].ends_with("tags"), "{lines:#?}");
    press(&mut view, "0");
    press(&mut view, "l");
    assert!(shown(&mut view)[0].contains("name"));
}

#[test]
fn s_sorts_up_down_and_not_at_all() {
    let mut view = view(1000, (70, 8));
    press(&mut view, "llss");
    let lines = shown(&mut view);
    assert!(lines[0].contains("amount ↓"), "{lines:#?}");
    // 7 × 57 is 399; the numbers of the rows stay theirs.
    assert!(lines[3].starts_with("  58") && lines[3].contains("99"), "{lines:#?}");
    assert!(lines[7].contains("by amount down"));
    press(&mut view, "G");
    assert!(shown(&mut view)[6].contains('–'), "missing ones come last");
    press(&mut view, "s");
    assert!(shown(&mut view)[3].starts_with("   1") && view.sorted.is_none());
}

#[test]
fn what_has_no_order_says_so() {
    let mut view = view(10, (70, 8));
    press(&mut view, "$s");
    let lines = shown(&mut view);
    assert!(lines[7].starts_with("column `tags` holds list of integer, which has no order"), "{lines:#?}");
}

#[test]
fn search_finds_the_next_and_the_one_before() {
    let mut view = view(1000, (70, 8));
    press(&mut view, "/row 77⏎");
    assert_eq!(view.here, (77, 3));
    press(&mut view, "n");
    assert_eq!(view.here, (770, 3));
    press(&mut view, "N");
    assert_eq!(view.here, (77, 3));
    press(&mut view, "/nobody⏎");
    assert!(shown(&mut view)[7].starts_with("nobody is not found"));
    // What was typed may be taken back.
    press(&mut view, "/abc⎋");
    assert_eq!((view.here, &view.mode), ((77, 3), &Mode::Table));
}

#[test]
fn a_cell_in_full_and_the_keys() {
    let mut view = view(10, (40, 12));
    press(&mut view, "lll⏎");
    let lines = shown(&mut view);
    assert!(lines[0] == "comment" && lines[2].starts_with("row 0 long") && lines[4].contains("long"), "{lines:#?}");
    view.resize((80, 16));
    press(&mut view, "x?");
    assert!(shown(&mut view).iter().any(|line| line.contains("sorts by the chosen column")));
    press(&mut view, "x");
    assert_eq!(view.mode, Mode::Table);
}

#[test]
fn keys_that_leave_or_stop() {
    let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let mut view = view(10, (40, 12));
    assert_eq!(view.press(control), Step::Leave);
    view.tell_work(Some("sorting".to_owned()));
    assert_eq!(view.press(control), Step::Stop);
    // While a text is typed a letter is a letter, whatever goes on.
    press(&mut view, "/q");
    assert_eq!(view.mode, Mode::Typing("q".to_owned()));
    press(&mut view, "⎋");
    view.tell_work(None);
    assert_eq!(view.press(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE)), Step::Leave);
}

#[test]
fn no_terminal_is_too_small_and_no_frame_too_empty() {
    for size in [(1, 1), (3, 2), (10, 5), (20, 3), (400, 100)] {
        for rows in [0, 1, 30] {
            let mut view = view(rows, size);
            for keys in ["", "G$", "▼▲", "⏎", "x?", "x/ab", "⏎s"] {
                press(&mut view, keys);
                let lines = shown(&mut view);
                assert_eq!(lines.len(), size.1);
                assert!(
                    size.0 < 10 || lines.iter().all(|line| crate::show::width(line) <= size.0),
                    "{size:?} {lines:#?}"
                );
            }
            view.resize((80, 24));
            assert_eq!(shown(&mut view).len(), 24);
        }
    }
}
