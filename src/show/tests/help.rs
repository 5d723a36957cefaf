use regulars_plugin::{Example, Family, Manual, OptionKind, OptionManual, StandardTable};

use super::same;
use crate::show::example::unit;
use crate::show::{functions, manual, prose};

#[test]
fn prose_is_wrapped_by_columns() {
    let text =
        "One `two` [`three`] **four**, `five`, and\nsix.\n\n- an item that is longer\n- two\n\n```\nlet  x = 1;\n```";
    same(
        prose(text, 20, 2).plain(),
        r#"
  One `two` `three`
  four, `five`, and
  six.

  - an item that is
    longer
  - two

    let  x = 1;
"#,
    );
    assert_eq!(prose("客户最近一次购买，距今天数", 10, 0).plain(), "客户最近一\n次购买，距\n今天数\n");
    assert_eq!(prose("abcdefghijklmnop qr", 8, 0).plain(), "abcdefgh\nijklmnop\nqr\n");
}

fn example() -> Manual {
    Manual {
        keeps_columns: false,
        changes_types: false,
        carries: None,
        name: "rfm".into(),
        family: Family::Segment,
        summary: "Scores customers by how recently, how often and for how much they bought.".into(),
        description: "The best score highest.".into(),
        choices: "Equal values share a score.".into(),
        source: "Custom of the trade.".into(),
        examples: vec![Example { code: "tx.rfm()".into(), shows: Some("customer\n1 row".into()) }],
        tables: vec![StandardTable::Transactions],
        options: vec![
            OptionManual {
                name: "until".into(),
                meaning: "Last day of the window.".into(),
                kind: OptionKind::Date,
                nullable: true,
                default: serde_json::Value::Null,
            },
            OptionManual {
                name: "scores".into(),
                meaning: "How `bins` are cut.".into(),
                kind: OptionKind::Choice(vec![
                    ("quantile".into(), "Groups of about the same size.".into()),
                    ("rank".into(), "Equal values are split by order of appearance.".into()),
                ]),
                nullable: false,
                default: "quantile".into(),
            },
        ],
        columns: vec![unit("recency", Some("days"), "Days since the last order."), unit("r", None, "Score.")],
        figures: Vec::new(),
        further: Vec::new(),
        methods: Vec::new(),
        related: vec!["pareto_share".into()],
        draws: false,
        chart: None,
    }
}

#[test]
fn a_manual_reads_from_top_to_bottom() {
    same(
        manual(&example(), "built in", 60).plain(),
        r#"
rfm  segment · built in
Scores customers by how recently, how often and for how much
they bought.

  transactions.rfm(#{until, scores})
  rfm(transactions, #{until, scores})

The best score highest.

Takes
  transactions  a row is one order, or one line of an order
    customer  text or integer  who: a person or firm that
                               buys
    date      date             when it was bought
    amount    number           what was paid

Options
  until  a date such as "1997-09-30", or `()`; empty when
    left out
    Last day of the window.
  scores  one of "quantile", "rank"; `"quantile"` when left
    out
    How `bins` are cut.
      "quantile"  Groups of about the same size.
      "rank"      Equal values are split by order of
                  appearance.

Columns of the answer
  recency  any · days  Days since the last order.
  r        any         Score.

Choices
  Equal values share a score.

Example
  tx.rfm()

  customer
  1 row

Source
  Custom of the trade.

Related
  `pareto_share`
"#,
    );
}

#[test]
fn functions_are_listed_by_family() {
    let list = [
        (Family::Segment, vec![("rfm".into(), "Scores customers.".into(), "built in".into())]),
        (Family::Value, vec![]),
        (Family::Keep, vec![("purchase_rhythm".into(), "Tells who is overdue.".into(), "plugin demo".into())]),
    ];
    same(
        functions(&list, 50).plain(),
        r#"
segment  who the customers are
  rfm              Scores customers.

keep  who comes back, who leaves
  purchase_rhythm  Tells who is overdue. (plugin
                   demo)
"#,
    );
}
