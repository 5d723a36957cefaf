use regulars_plugin::Quiet;

use super::{same, scores};
use crate::show::example::{orders, record_of};
use crate::show::{Value, page};

#[test]
fn a_record_tells_what_its_figures_mean() {
    let shown = |width| page(&Value::Record(record_of(None)), &Quiet, width, 20).unwrap().plain();
    same(
        shown(72),
        r#"
repeat_rate
  customers               2,357         Customers with at least one
                                        order.
  repeat_rate            45.5 %         Share of them who bought on at
                                        least two days.
  spent                   60.50  money  What a customer spent, on
                                        average.
  interval     [41.0 %, 50.0 %]         95 % interval of `repeat_rate`.
  until                       –
note: 69 rows without a customer were left out
"#,
    );
    same(
        shown(40),
        r#"
repeat_rate
  customers               2,357
      Customers with at least one order.
  repeat_rate            45.5 %
      Share of them who bought on at
      least two days.
  spent                   60.50  money
      What a customer spent, on average.
  interval     [41.0 %, 50.0 %]
      95 % interval of `repeat_rate`.
  until                       –
note: 69 rows without a customer were
      left out
"#,
    );
}

#[test]
fn a_record_is_followed_by_its_table_and_notes() {
    let mut record = record_of(Some(orders()));
    record.figures.retain(|name, _| name == "spent");
    same(
        page(&Value::Record(record), &Quiet, 80, 20).unwrap().plain(),
        r#"
repeat_rate
  spent  60.50  money  What a customer spent, on average.

customer  date        amount    order
text      date        number  integer
─────────────────────────────────────
ann, "A"  1997-01-31     0.3  1234567
李雷⏎|    –              7.0        –
          1997-02-01       –        3
3 rows × 4 columns
note: 69 rows without a customer were left out
"#,
    );
}

#[test]
fn values_are_written_as_scripts_write_them() {
    let show = |value: &Value, width| page(value, &Quiet, width, 4).unwrap().plain();
    assert_eq!(show(&Value::Nothing, 80), "");
    assert_eq!(show(&Value::Number(3.0), 80), "3.0\n");
    assert_eq!(show(&Value::Integer(1234567), 80), "1234567\n");
    assert_eq!(show(&Value::Text("two\nlines\u{7}\t.".into()), 80), "two\nlines␇    .\n");
    let map = Value::Map(vec![
        ("orders".into(), Value::Frame(scores(2357))),
        ("a b".into(), Value::List(vec![Value::Text("it's \"x\"\n".into()), Value::Nothing, Value::Flag(true)])),
    ]);
    assert_eq!(show(&map, 80), "#{orders: frame 2,357 × 9, \"a b\": [\"it's \\\"x\\\"⏎\", (), true]}\n");
    assert_eq!(show(&map, 30), "#{\n  orders: frame 2,357 × 9,\n  \"a b\": [\"it's \\\"x\\\"⏎\", (), …\n}\n");
    let numbers = |count| Value::List((1..=count).map(Value::Integer).collect());
    assert_eq!(show(&numbers(12), 20), "[\n  1, 2, 3, 4, 5, 6,\n  7, 8, 9, 10, 11,\n  12,\n]\n");
    assert_eq!(
        show(&numbers(1000), 20),
        "[\n  1, 2, 3, 4, 5, 6,\n  7, 8, 9, 10, 11,\n  … 984 more\n  996, 997, 998,\n  999, 1000,\n]\n"
    );
    let frames = Value::List((0..6).map(|_| Value::Frame(scores(1))).collect());
    assert_eq!(show(&frames, 40), "[\n  frame 1 × 9,\n  frame 1 × 9,\n  … 2 more\n  frame 1 × 9,\n  frame 1 × 9,\n]\n");
}
