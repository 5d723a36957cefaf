use regulars_plugin::Quiet;

use super::{same, scores};
use crate::show::example::{frame, text, unit, with_units};
use crate::show::{Value, page, width as columns_of};
use crate::table::{Cell, Frame};

fn shown(frame: &Frame, width: usize, rows: usize) -> String {
    page(&Value::Frame(frame.clone()), &Quiet, width, rows).unwrap().plain()
}

#[test]
fn a_table_with_room_tells_units_and_shows_head_and_tail() {
    same(
        shown(&scores(2357), 120, 5),
        r#"
customer  last_order         recency         frequency        monetary        r        f        m  segment
 integer  date        integer · days  integer · orders  number · money  integer  integer  integer  text
─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
   10001  1998-06-30               1               500           10.50        2        2        2  about to sleep
   10002  1998-06-30               2             1,000           21.00        3        3        3  champions
   10003  1998-06-30               3             1,500           31.50        4        4        1  about to sleep
       ⋮  ⋮                        ⋮                 ⋮               ⋮        ⋮        ⋮        ⋮  ⋮
   12356  1998-06-30               4         1,178,000       24,738.00        2        1        2  champions
   12357  1998-06-30               5         1,178,500       24,748.50        3        2        3  about to sleep
2,357 rows × 9 columns
"#,
    );
}

#[test]
fn a_table_that_is_too_wide_cuts_text_first() {
    same(
        shown(&scores(2), 80, 20),
        r#"
customer  last_order  recency  frequency  monetary    r    f    m  segment
 integer  date        integer    integer    number  int  int  int  text
────────────────────────────────────────────────────────────────────────────────
   10001  1998-06-30        1        500     10.50    2    2    2  about to sle…
   10002  1998-06-30        2      1,000     21.00    3    3    3  champions
2 rows × 9 columns
"#,
    );
}

#[test]
fn then_it_leaves_out_the_middle_and_says_so() {
    same(
        shown(&scores(3), 40, 2),
        r#"
customer  last_order  …    m  segment
 integer  date           int  text
────────────────────────────────────────
   10001  1998-06-30  …    2  about to …
       ⋮  ⋮           ⋮    ⋮  ⋮
   10003  1998-06-30  …    1  about to …
3 rows × 9 columns (5 columns not shown:
recency, frequency, monetary, r, f)
"#,
    );
}

#[test]
fn no_width_breaks_a_table() {
    for width in 0..100 {
        for line in shown(&scores(3), width, 2).lines() {
            assert!(columns_of(line) <= width.max(20), "{width}: {line}");
        }
    }
    same(
        shown(&scores(1), 12, 20),
        r#"
customer  …
 integer
───────────
   10001  …
1 row × 9
columns (8
columns not
shown:
last_order
and 7 more)
"#,
    );
}

#[test]
fn wide_characters_missing_values_shares_and_control_characters() {
    let mixed = frame(&[
        ("客户", vec![text("李雷"), text("韩梅梅"), Cell::Missing, text("ann\u{1b}[31m\u{202e}")]),
        ("城市", vec![text("上海市浦东新区"), text("北京"), text("a\nb\tc"), Cell::Missing]),
        ("repeat", vec![Cell::Number(0.455), Cell::Number(1.0), Cell::Missing, Cell::Number(0.25)]),
        ("p", vec![Cell::Number(0.0455), Cell::Number(1e-12), Cell::Number(f64::NAN), Cell::Missing]),
        ("active", vec![Cell::Flag(true), Cell::Flag(false), Cell::Missing, Cell::Flag(true)]),
    ]);
    same(
        shown(&with_units(&mixed, vec![unit("repeat", Some("share"), "")]), 80, 20),
        r#"
客户            城市                    repeat       p  active
text            text            number · share  number  flag
──────────────────────────────────────────────────────────────
李雷            上海市浦东新区          45.5 %  0.0455  true
韩梅梅          北京                   100.0 %   1e-12  false
–               a⏎b⇥c                        –     NaN  –
ann␛[31m⟨202E⟩  –                       25.0 %       –  true
4 rows × 5 columns
"#,
    );
}

#[test]
fn a_frame_without_columns_is_one_line() {
    assert_eq!(shown(&Frame::from_cells(&[]).unwrap(), 80, 20), "no rows × 0 columns\n");
}

#[test]
fn names_that_are_cut_can_still_be_told_apart() {
    let column = |year: u32| {
        (format!("revenue_of_all_shops_{year}"), vec![Cell::Number(f64::from(year) / 2.0), Cell::Number(7.0)])
    };
    let frame = Frame::from_cells(&[column(2022), column(2023), column(2024)]).unwrap();
    same(
        shown(&frame, 40, 20),
        r#"
revenu…_2022  revenu…_2023  revenu…_2024
      number        number        number
────────────────────────────────────────
       1,011       1,011.5         1,012
           7           7.0             7
2 rows × 3 columns
"#,
    );
}

#[test]
fn empty_frames_say_so() {
    same(
        shown(&frame(&[("customer", vec![]), ("amount", vec![])]), 80, 20),
        r#"
customer  amount
empty     empty
────────────────
no rows × 2 columns
"#,
    );
    same(
        shown(&frame(&[("amount", vec![Cell::Integer(1)])]), 80, 20),
        r#"
 amount
integer
───────
      1
1 row × 1 column
"#,
    );
    same(
        shown(&frame(&[("nothing", vec![Cell::Missing, Cell::Missing])]), 80, 1),
        r#"
nothing
empty
───────
–
⋮
2 rows × 1 column
"#,
    );
}
