//! Tables to be drawn, and the pictures of them that every test looks at.

use regulars_plugin::{Arrange, AxisScale, Chart, ColumnKind, ColumnManual, Mark, PictureTheme, Quiet};

use super::super::Picture;
use super::super::calendar::date_of;
use crate::table::{About, Cell, Frame};

pub(super) type Columns = Vec<(String, Vec<Cell>)>;

pub(super) fn frame(columns: &[(&str, Vec<Cell>)]) -> Frame {
    let columns: Columns = columns.iter().map(|(name, cells)| ((*name).to_owned(), cells.clone())).collect();
    Frame::from_cells(&columns).unwrap()
}

pub(super) fn with_unit(frame: Frame, name: &str, unit: &str) -> Frame {
    let column = ColumnManual {
        name: name.to_owned(),
        meaning: String::new(),
        unit: Some(unit.to_owned()),
        holds: ColumnKind::Number,
    };
    let about = About { columns: vec![column], ..About::default() };
    frame.with_about(about)
}

pub(super) fn words(words: &[&str]) -> Vec<Cell> {
    words.iter().map(|word| Cell::Text((*word).to_owned())).collect()
}

pub(super) fn numbers(numbers: impl IntoIterator<Item = f64>) -> Vec<Cell> {
    numbers.into_iter().map(Cell::Number).collect()
}

pub(super) fn months(count: usize) -> Vec<Cell> {
    (0..count)
        .map(|index| {
            let day = format!("{}-{:02}-01", 1997 + index / 12, index % 12 + 1);
            Cell::Date(day.parse().unwrap())
        })
        .collect()
}

/// Numbers that look random and are the same in every run.
pub(super) fn noise(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

pub(super) fn picture(frame: &Frame, chart: &Chart) -> Picture {
    Picture::of(frame, chart, &Quiet).unwrap()
}

pub(super) fn svg(frame: &Frame, chart: &Chart) -> String {
    picture(frame, chart).svg().unwrap()
}

pub(super) fn segments() -> Frame {
    let names = [
        "Champions",
        "Loyal customers",
        "Potential loyalists",
        "New customers",
        "Promising, but only bought once so far",
        "Customers needing attention",
        "About to sleep",
        "At risk of being lost to a competitor",
        "Hibernating",
        "Lost",
    ];
    let values = [184_320.5, 120_411.2, 99_120.0, 45_010.0, 31_200.0, 30_111.0, 22_000.0, 18_500.0, 9_900.0, 1_204.0];
    let frame = frame(&[("segment", words(&names)), ("total_amount", numbers(values))]);
    with_unit(frame, "total_amount", "money")
}

pub(super) fn cohorts() -> Frame {
    let starts = months(18);
    let (mut cohort, mut period, mut retention) = (Vec::new(), Vec::new(), Vec::new());
    for (row, start) in starts.iter().enumerate() {
        for age in 0..18 {
            cohort.push(start.clone());
            period.push(Cell::Integer(age as i64));
            retention.push(if age + row >= 18 {
                Cell::Missing
            } else if age == 0 {
                Cell::Number(1.0)
            } else {
                Cell::Number(0.34 / (age as f64).powf(0.4) + 0.06 * noise(row * 18 + age))
            });
        }
    }
    with_unit(frame(&[("cohort", cohort), ("period", period), ("retention", retention)]), "retention", "share")
}

pub(super) fn shops(shops: usize) -> Frame {
    let (mut date, mut shop, mut revenue) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..shops {
        let mut level = 40_000.0 + 21_000.0 * noise(index * 77);
        for (month, start) in months(18).into_iter().enumerate() {
            level *= 0.95 + 0.12 * noise(index * 1000 + month);
            date.push(start);
            shop.push(Cell::Text(
                ["North", "South", "Online", "Wholesale"]
                    .get(index)
                    .map_or_else(|| format!("Shop {index}"), |name| (*name).to_owned()),
            ));
            revenue.push(Cell::Number(level));
        }
    }
    frame(&[("date", date), ("shop", shop), ("revenue", revenue)])
}

pub(super) fn amounts() -> Frame {
    let skewed = (0..3000).map(|index| (-(1.0 - noise(index)).ln() * 0.55 + 2.6 + noise(index + 9000)).exp());
    let mut cells = numbers(skewed);
    cells.extend([Cell::Missing, Cell::Missing, Cell::Number(f64::NAN)]);
    with_unit(frame(&[("amount", cells)]), "amount", "money")
}

/// Every mark with data of its own, each as a customer would see it.
pub(super) fn points(count: usize) -> Frame {
    let x: Vec<f64> = (0..count).map(|row| 1.0 + noise(row) * 99.0).collect();
    let y: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(row, x)| (x * 3.0 + 60.0 * noise(row + 50_000)) * noise(row + 9_000).max(0.05))
        .collect();
    let kinds = ["shop", "web", "phone", "a partner with a long name"];
    let kind = (0..count).map(|row| Cell::Text(kinds[(noise(row + 7) * 3.99) as usize].to_owned())).collect();
    frame(&[("x", numbers(x)), ("y", numbers(y)), ("kind", kind)])
}

pub(super) fn steps() -> Frame {
    let names = ["Visit", "Product", "Basket with at least one thing in it", "Address", "Order"];
    frame(&[("step", words(&names)), ("people", numbers([10_000.0, 3200.0, 2100.0, 1800.0, 12.0]))])
}

pub(super) fn changes() -> Frame {
    let names = ["Start", "New", "Upgrades", "Downgrades", "Lost", "total"];
    frame(&[("what", words(&names)), ("change", numbers([1200.0, 410.5, 96.0, -120.0, -2305.25, 33.0]))])
}

pub(super) fn flows() -> Frame {
    let from =
        ["visit", "visit", "visit", "search", "search", "basket", "basket", "a very long name of a source of visits"];
    let to = ["search", "basket", "left", "basket", "left", "order", "left", "visit"];
    frame(&[
        ("from", words(&from)),
        ("to", words(&to)),
        ("people", numbers([500.0, 120.0, 300.0, 210.0, 290.0, 180.0, 150.0, 900.0])),
    ])
}

pub(super) fn days() -> Frame {
    let day = |row: usize| Cell::Date(date_of(9862.0 + (noise(row) * 700.0).floor()).unwrap());
    frame(&[("day", (0..2000).map(day).collect()), ("sold", numbers((0..2000).map(|row| noise(row + 1) * 90.0)))])
}

pub(super) fn scores() -> Frame {
    let score: Vec<f64> = (0..800).map(noise).collect();
    let left = score.iter().enumerate().map(|(row, score)| Cell::Flag(noise(row + 4000) < *score)).collect();
    let kind =
        (0..800).map(|row| Cell::Text(if row % 3 == 0 { "old model" } else { "new model" }.to_owned())).collect();
    frame(&[("score", numbers(score)), ("left", left), ("kind", kind)])
}

pub(super) fn gallery() -> Vec<(&'static str, Frame, Chart)> {
    let bar = || Chart::new(Mark::Bar);
    let line = || Chart::new(Mark::Line);
    let pareto = {
        let share = |index: usize| (index as f64 / 400.0).powf(0.35);
        let columns = [
            ("share_of_customers", numbers((0..=400).map(|index| index as f64 / 400.0))),
            ("share_of_revenue", numbers((0..=400).map(share))),
        ];
        let about = ["share_of_customers", "share_of_revenue"].map(|name| ColumnManual {
            name: name.to_owned(),
            meaning: String::new(),
            unit: Some("share".to_owned()),
            holds: ColumnKind::Number,
        });
        frame(&columns).with_about(About { columns: about.to_vec(), ..About::default() })
    };
    let many: Vec<String> = (0..40).map(|index| format!("Category number {index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let forty =
        frame(&[("category", words(&many)), ("orders", (0..40).map(|i| Cell::Integer(900 - 20 * i)).collect())]);
    let long =
        "A name that nobody would ever give to a segment but that somebody did give to one all the same ".repeat(4);
    let longest = frame(&[("name", words(&[&long, "short", "Köln & <b>Bonn</b>"])), ("v", numbers([3e9, 2.5e9, 1e7]))]);
    let signs = frame(&[("month", months(12)), ("change", numbers((0..12).map(|i| (noise(i) - 0.45) * 9000.0)))]);
    let chinese =
        frame(&[("城市", words(&["北京", "上海", "深圳 (south)"])), ("customers", numbers([120.0, 99.0, 42.0]))]);
    let profit = frame(&[
        (
            "region",
            words(&["North and everything beyond it", "South", "East", "West", "Islands and overseas territories"]),
        ),
        ("profit", numbers([1200.0, -430.0, 88.0, -1700.0, 640.0])),
    ]);
    let grid: Vec<(usize, usize)> = (0..60).flat_map(|x| (0..50).map(move |y| (x, y))).collect();
    let fine = frame(&[
        ("hour", grid.iter().map(|(x, _)| Cell::Integer(*x as i64)).collect()),
        ("shelf", grid.iter().map(|(_, y)| Cell::Text(format!("Shelf {y}"))).collect()),
        ("sold", numbers(grid.iter().map(|(x, y)| (*x as f64 / 9.0).sin() * 40.0 + *y as f64 - 20.0))),
    ]);
    let cohort = Chart::new(Mark::Heatmap).x("period").y("cohort").color("retention");
    vec![
        (
            "bar_segments",
            segments(),
            bar().x("segment").y("total_amount").title("Champions bring in a third of the revenue"),
        ),
        (
            "bar_few",
            frame(&[("plan", words(&["Free", "Basic", "Pro"])), ("users", numbers([8100.0, 2300.0, 411.0]))]),
            bar(),
        ),
        ("bar_forty", forty, bar().x("category").y("orders")),
        ("bar_long", longest, bar().x("name").y("v").title(long)),
        ("bar_signs", signs, bar().x("month").y("change")),
        ("bar_signs_lying", profit, bar().x("region").y("profit")),
        ("bar_chinese", chinese, bar().x("城市").y("customers").title("北京 has most customers")),
        ("bar_one", frame(&[("a", words(&["only"])), ("b", numbers([5.0]))]), bar()),
        ("bar_small", segments(), Chart { size: Some((320, 240)), ..bar() }),
        (
            "bar_numbers",
            frame(&[(
                "orders",
                (0..3000).map(|i| Cell::Integer((noise(i) * noise(i + 5000) * 24.0) as i64)).collect(),
            )]),
            bar().x("orders"),
        ),
        ("line_one", shops(1), line().x("date").y("revenue").title("Revenue of the northern shop")),
        ("line_four", shops(4), line().x("date").y("revenue").color("shop").title("Online has overtaken the shops")),
        ("line_many", shops(23), line().x("date").y("revenue").color("shop")),
        (
            "line_share",
            pareto,
            line()
                .x("share_of_customers")
                .y("share_of_revenue")
                .title("A fifth of the customers brings more than half of the revenue"),
        ),
        ("line_cohorts", cohorts(), line().x("period").y("retention").color("cohort")),
        (
            "line_words",
            frame(&[
                ("step", words(&["Visit", "Basket", "Address", "Payment", "Order"])),
                ("people", numbers([10_000.0, 3200.0, 2100.0, 1800.0, 1650.0])),
            ]),
            line().x("step").y("people"),
        ),
        ("line_small", shops(4), Chart { size: Some((300, 200)), ..line().x("date").y("revenue").color("shop") }),
        ("histogram_amounts", amounts(), Chart::new(Mark::Histogram).x("amount").title("Most orders are small")),
        ("histogram_bins", amounts(), Chart { bins: Some(12), ..Chart::new(Mark::Histogram).x("amount") }),
        (
            "histogram_dates",
            frame(&[(
                "day",
                (0..900).map(|i| Cell::Date(date_of(9862.0 + (noise(i).sqrt() * 500.0).floor()).unwrap())).collect(),
            )]),
            Chart::new(Mark::Histogram),
        ),
        (
            "histogram_whole",
            frame(&[("orders", (0..900).map(|i| Cell::Integer((noise(i) * noise(i + 5000) * 14.0) as i64)).collect())]),
            Chart::new(Mark::Histogram),
        ),
        ("histogram_one", frame(&[("v", numbers([7.0, 7.0]))]), Chart::new(Mark::Histogram)),
        ("heatmap_cohorts", cohorts(), cohort.clone().title("A third of each cohort comes back after a month")),
        ("heatmap_small", cohorts(), Chart { size: Some((420, 300)), ..cohort }),
        ("heatmap_fine", fine, Chart::new(Mark::Heatmap).x("hour").y("shelf").color("sold")),
        (
            "heatmap_one",
            frame(&[("a", words(&["x"])), ("b", words(&["y"])), ("c", numbers([0.0]))]),
            Chart::new(Mark::Heatmap).x("a").y("b").color("c"),
        ),
        (
            "line_steps",
            frame(&[
                ("group", words(&["new", "new", "new", "new", "old", "old", "old"])),
                ("months", numbers([0.0, 3.0, 7.0, 12.0, 0.0, 5.0, 9.0])),
                ("at_risk", numbers([1200.0, 1150.0, 700.0, 80.0, 400.0, 390.0, 12.0])),
                ("survival", numbers([1.0, 0.82, 0.61, 0.3, 1.0, 0.93, 0.8])),
                ("lower", numbers([1.0, 0.79, 0.57, 0.21, 1.0, 0.9, 0.66])),
                ("upper", numbers([1.0, 0.85, 0.65, 0.39, 1.0, 0.95, 0.9])),
            ]),
            line().x("months").y("survival").color("group").band("lower", "upper").steps().counts("at_risk"),
        ),
        (
            "interval",
            frame(&[
                ("parameter", words(&["age", "signed up in a shop and not online", "orders", "returns"])),
                ("estimate", numbers([-0.057, 0.31, -0.42, 0.09])),
                ("lower", numbers([-0.1, -0.06, -0.6, 0.03])),
                ("upper", numbers([-0.014, 0.68, -0.24, 0.15])),
            ]),
            Chart::new(Mark::Interval)
                .x("parameter")
                .y("estimate")
                .band("lower", "upper")
                .title("Who orders often stays"),
        ),
        ("bar_groups", shops(4), bar().x("shop").y("revenue").color("shop")),
        ("bar_stacked", shops(23), bar().x("date").y("revenue").color("shop")),
        ("bar_share", shops(4), Chart { arrange: Some(Arrange::Share), ..bar().x("date").y("revenue").color("shop") }),
        ("bar_groups_lying", shops(23), Chart { lying: Some(true), ..bar().x("shop").y("revenue").color("date") }),
        ("area", shops(4), Chart::new(Mark::Area).x("date").y("revenue").color("shop")),
        ("area_many", shops(23), Chart::new(Mark::Area).x("date").y("revenue").color("shop")),
        ("scatter", points(300), Chart { trend: true, ..Chart::new(Mark::Scatter).x("x").y("y") }),
        ("scatter_many", points(20_000), Chart::new(Mark::Scatter).x("x").y("y")),
        ("scatter_range", points(900), Chart::new(Mark::Scatter).x("x").y("y").color("y")),
        ("scatter_color", points(900), Chart::new(Mark::Scatter).x("x").y("y").color("kind")),
        (
            "scatter_log",
            points(900),
            Chart { x_scale: AxisScale::Log, y_scale: AxisScale::Log, ..Chart::new(Mark::Scatter).x("x").y("y") },
        ),
        ("box", points(900), Chart::new(Mark::Box).x("kind").y("y")),
        ("violin", points(900), Chart::new(Mark::Violin).x("kind").y("y")),
        ("histogram_density", amounts(), Chart { density: true, ..Chart::new(Mark::Histogram).x("amount") }),
        ("funnel", steps(), Chart::new(Mark::Funnel).x("step").y("people")),
        ("funnel_small", steps(), Chart { size: Some((320, 240)), ..Chart::new(Mark::Funnel).x("step").y("people") }),
        ("pareto", segments(), Chart::new(Mark::Pareto).x("segment").y("total_amount")),
        ("waterfall", changes(), Chart::new(Mark::Waterfall).x("what").y("change")),
        ("treemap", segments(), Chart::new(Mark::Treemap).x("segment").y("total_amount")),
        ("treemap_groups", shops(23), Chart::new(Mark::Treemap).x("date").y("revenue").color("shop")),
        ("sankey", flows(), Chart { weight: Some("people".to_owned()), ..Chart::new(Mark::Sankey).x("from").y("to") }),
        ("calendar", days(), Chart::new(Mark::Calendar).x("day").y("sold")),
        ("calendar_small", days(), Chart { size: Some((420, 300)), ..Chart::new(Mark::Calendar).x("day") }),
        ("lift", scores(), Chart::new(Mark::Lift).x("score").y("left").color("kind")),
        ("roc", scores(), Chart::new(Mark::Roc).x("score").y("left").color("kind")),
        ("calibration", scores(), Chart::new(Mark::Calibration).x("score").y("left")),
        ("facets", shops(12), Chart { facet: Some("shop".to_owned()), ..line().x("date").y("revenue") }),
        ("facets_bars", shops(4), Chart { facet: Some("shop".to_owned()), ..bar().x("date").y("revenue") }),
        (
            "facets_histogram",
            points(900),
            Chart { facet: Some("kind".to_owned()), ..Chart::new(Mark::Histogram).x("y") },
        ),
        ("dark", shops(4), Chart { theme: PictureTheme::Dark, ..line().x("date").y("revenue").color("shop") }),
        ("empty", frame(&[("segment", vec![]), ("amount", vec![])]), bar().x("segment").y("amount")),
        (
            "line_nulls",
            frame(&[
                ("x", numbers((0..12).map(|i| i as f64))),
                ("y", (0..12).map(|i| if i % 5 == 3 { Cell::Missing } else { Cell::Number(noise(i)) }).collect()),
            ]),
            line(),
        ),
    ]
}
