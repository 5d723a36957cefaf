//! Pictures as a whole: nothing hostile breaks them, and the same input gives the same bytes.

#![allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]

mod tables;

use regulars_plugin::{Arrange, AxisScale, Chart, Mark, Quiet};

use self::tables::{
    amounts, cohorts, frame, gallery, months, noise, numbers, picture, points, segments, shops, svg, words,
};
use super::Picture;
use super::calendar::date_of;
use super::scene::Align;
use crate::table::Cell;

#[test]
fn every_picture_of_the_gallery_is_drawn_the_same_twice() {
    for (name, frame, chart) in gallery() {
        let first = picture(&frame, &chart);
        let again = picture(&frame, &chart);
        assert_eq!(first.svg().unwrap(), again.svg().unwrap(), "{name}");
        let small = first.png(0.5).unwrap();
        assert_eq!(small, again.png(0.5).unwrap(), "{name}");
        assert!(small.starts_with(b"\x89PNG"), "{name}");
        assert!(first.description().ends_with('.'), "{name}: {}", first.description());
    }
}

/// A description that names columns of the kinds that the mark needs: words `a` and `b`, numbers `v`.
fn columns_of(mark: Mark) -> Chart {
    let chart = Chart::new(mark);
    match mark {
        Mark::Histogram => chart.x("v"),
        Mark::Heatmap | Mark::Cohort => chart.x("a").y("b").color("v"),
        Mark::Sankey => Chart { weight: Some("v".to_owned()), ..chart.x("a").y("b") },
        Mark::Calendar => chart.x("day").y("v"),
        Mark::Lift | Mark::Roc | Mark::Calibration => chart.x("v").y("happened"),
        _ => chart.x("a").y("v"),
    }
}

/// The columns of every mark, and nothing in them that could be drawn.
#[test]
fn pictures_without_anything_to_draw_say_so() {
    let nothing: [(&str, Vec<Cell>); 4] = [
        ("no rows", vec![]),
        ("all missing", vec![Cell::Missing; 3]),
        ("not a number", numbers([f64::NAN, f64::NAN])),
        ("endless", numbers([f64::INFINITY, f64::NEG_INFINITY])),
    ];
    for (what, cells) in nothing {
        for mark in Mark::ALL {
            let count = cells.len() as i64;
            let (a, b) = ((0..count).map(Cell::Integer).collect(), (0..count).map(Cell::Integer).collect());
            let flags = (0..count).map(|row| Cell::Integer(row % 2)).collect();
            let day = months(cells.len());
            let frame = frame(&[("a", a), ("b", b), ("v", cells.clone()), ("happened", flags), ("day", day)]);
            let chart = columns_of(mark);
            let wanted = if count == 0 { "no rows to draw" } else { "no values to draw" };
            assert!(svg(&frame, &chart).contains(wanted), "{what}, {}", mark.word());
            match Picture::of(&frame, &Chart::new(mark), &Quiet) {
                Ok(picture) => assert!(picture.png(0.25).is_ok(), "{what}, {} without columns", mark.word()),
                // Of the whole numbers that are there none need be what happened.
                Err(failure) => {
                    let may = [Mark::Lift, Mark::Roc, Mark::Calibration].contains(&mark) && !failure.help.is_empty();
                    assert!(may, "{what}, {}: {failure}", mark.word());
                }
            }
        }
    }
}

#[test]
fn single_and_extreme_values_are_drawn() {
    for values in [vec![0.0], vec![5.0], vec![-5.0, -5.0], vec![1e199, -1e199], vec![1e-300], vec![1e15, 1e15 + 1.0]] {
        for mark in Mark::ALL {
            let names: Vec<Cell> = (0..values.len()).map(|index| Cell::Text(format!("name {index}"))).collect();
            let flags = (0..values.len()).map(|row| Cell::Integer(row as i64 % 2)).collect();
            let columns = [
                ("a", names.clone()),
                ("b", names),
                ("v", numbers(values.clone())),
                ("happened", flags),
                ("day", months(values.len())),
            ];
            let drawn = match Picture::of(&frame(&columns), &columns_of(mark), &Quiet) {
                Ok(picture) => picture,
                // What has no place in such a picture is refused with advice.
                Err(failure) => {
                    let refuses = [Mark::Funnel, Mark::Pareto, Mark::Treemap, Mark::Sankey, Mark::Calibration];
                    assert!(
                        refuses.contains(&mark) && !failure.help.is_empty(),
                        "{values:?}, {}: {failure}",
                        mark.word()
                    );
                    continue;
                }
            };
            assert!(drawn.png(0.25).is_ok(), "{values:?}");
            assert!(!drawn.svg().unwrap().contains("NaN"), "{values:?}, {}", mark.word());
        }
    }
}

#[test]
fn text_stays_inside_the_picture_and_never_touches_other_text() {
    for (name, frame, chart) in gallery() {
        let drawn = picture(&frame, &chart);
        let boxes: Vec<_> = drawn
            .words()
            .iter()
            .map(|words| {
                let width = super::text::width(&words.text, words.kind);
                let left = match words.align {
                    Align::Left => words.x,
                    Align::Centre => words.x - width / 2.0,
                    Align::Right => words.x - width,
                };
                (left, words.baseline - words.kind.size * 0.73, left + width, words.baseline, words.text.as_str())
            })
            .collect();
        let (width, height) =
            chart.size.map_or((960.0, 560.0), |(width, height)| (f64::from(width), f64::from(height)));
        for (index, (left, top, right, bottom, text)) in boxes.iter().enumerate() {
            let inside = *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height;
            assert!(inside, "{name}: `{text}` leaves the picture");
            for (other_left, other_top, other_right, other_bottom, other) in &boxes[index + 1..] {
                let apart = right <= other_left || other_right <= left || bottom <= other_top || other_bottom <= top;
                assert!(apart, "{name}: `{text}` lies on `{other}`");
            }
        }
    }
}

#[test]
fn text_from_data_is_text_in_an_svg_file() {
    let frame = frame(&[("name", words(&["<script>alert('x')</script>", "a & b\u{1}"])), ("v", numbers([1.0, 2.0]))]);
    let text = svg(&frame, &Chart::new(Mark::Bar).title("\"<b>\" & more"));
    assert!(!text.contains("<script") && !text.contains("<b>") && !text.contains('\u{1}'), "{text}");
    assert!(text.contains("&lt;script&gt;") && text.contains("a &amp; b") && text.contains("&quot;&lt;b&gt;"));
    let elsewhere = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!elsewhere.contains("http") && !elsewhere.contains("href"), "{text}");
}

#[test]
fn wrong_descriptions_are_answered_with_advice() {
    let told = |chart: &Chart| Picture::of(&segments(), chart, &Quiet).unwrap_err().to_string();
    assert_eq!(told(&Chart::new(Mark::Bar).x("segmnt")), "bar: no column `segmnt`. did you mean `segment`?");
    assert_eq!(
        told(&Chart::new(Mark::Line).x("total_amount").y("segment")),
        "line: column `segment` holds text, but `y` of a line needs numbers. these hold numbers: `total_amount`"
    );
    assert!(told(&Chart::new(Mark::Heatmap)).starts_with("heatmap: no column is left for"));
    assert!(told(&Chart::new(Mark::Interval).color("segment")).contains("an interval has no `color`"));
    assert!(told(&Chart { trend: true, ..Chart::new(Mark::Bar) }).contains("it takes `x`, `y`, `color`"));
    assert!(told(&Chart { size: Some((5, 5)), ..Chart::new(Mark::Bar) }).contains("cannot be drawn"));
    assert!(told(&Chart { bins: Some(0), ..Chart::new(Mark::Histogram) }).contains("0 bins"));
    assert!(picture(&segments(), &Chart::new(Mark::Bar)).png(f64::NAN).is_err());
}

#[test]
fn an_interrupt_is_heard() {
    struct Stopped;
    impl regulars_plugin::Host for Stopped {
        fn is_cancelled(&self) -> bool {
            true
        }
        fn progress(&self, _done: u64, _total: u64, _what: &str) {}
        fn warn(&self, _text: &str) {}
    }
    assert!(Picture::of(&segments(), &Chart::new(Mark::Bar), &Stopped).unwrap_err().cancelled);
}

#[test]
fn what_was_left_out_is_told() {
    let amounts = picture(&amounts(), &Chart::new(Mark::Histogram).x("amount"));
    assert!(amounts.notes().iter().any(|note| note == "2 rows without a value left out"), "{:?}", amounts.notes());
    assert!(amounts.notes().iter().any(|note| note == "1 value that is not finite left out"));
    let many: Vec<String> = (0..40).map(|index| format!("category {index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let text = svg(&frame(&[("category", words(&many))]), &Chart::new(Mark::Bar).x("category"));
    assert!(text.contains("other (11 more)") && text.contains("the 29 largest of 40"), "{text}");
}

#[test]
fn missing_cells_of_a_heatmap_are_empty_and_another_title_keeps_the_rest() {
    let cohorts = picture(&cohorts(), &Chart::new(Mark::Heatmap).x("period").y("cohort").color("retention"));
    let text = cohorts.svg().unwrap();
    assert!(!text.contains(">0%<") && text.contains(">Jan 1997<") && text.contains(">100%<"));
    let other = cohorts.with_title("Fewer come back").unwrap();
    assert_eq!(other.title(), "Fewer come back");
    assert_eq!(other.svg().unwrap().replace("Fewer come back", "Retention by cohort and period"), text);
}

#[test]
fn layers_share_axes_where_they_can() {
    let (four, one) = (shops(4), shops(1));
    let bars = picture(&one, &Chart::new(Mark::Bar).x("date").y("revenue"));
    let line = picture(
        &one,
        &Chart { y_label: Some("the same again".to_owned()), ..Chart::new(Mark::Line).x("date").y("revenue") },
    );
    let both = bars.with_layer(&line).unwrap();
    assert!(both.svg().unwrap().contains("the same again") && both.description().starts_with("Layers: "));
    let by_shop = picture(&four, &Chart::new(Mark::Bar).x("shop").y("revenue"));
    let refused = bars.with_layer(&by_shop).unwrap_err().to_string();
    assert!(refused.contains("one has dates along it, the other words"), "{refused}");
    let map = picture(&segments(), &Chart::new(Mark::Treemap));
    assert!(bars.with_layer(&map).unwrap_err().to_string().contains("treemap has no axes"));
    assert!(map.with_scales(None, Some(AxisScale::Log)).is_err());
    let refused = bars.with_scales(None, Some(AxisScale::Log)).unwrap_err().to_string();
    assert!(refused.contains("grow from zero"), "{refused}");
    assert!(line.with_scales(None, Some(AxisScale::Log)).is_ok());
}

#[test]
fn notes_stand_where_they_point() {
    use super::{Annotation, Spot};
    let note = |x: Option<Spot>, y: Option<f64>| Annotation { x, y, text: "new <prices>".to_owned() };
    let bars = picture(&shops(1), &Chart::new(Mark::Bar).x("date").y("revenue"));
    for note in [
        note(Some(Spot::Word("1997-06-01".to_owned())), None),
        note(None, Some(20_000.0)),
        note(Some(Spot::Word("1997-06-01".to_owned())), Some(20_000.0)),
        note(None, Some(1e9)),
        note(None, None),
    ] {
        let text = bars.with_note(note.clone()).unwrap().svg().unwrap();
        assert!(text.contains(">new &lt;prices&gt;<"), "{note:?}");
    }
    let told = |picture: &Picture, note| picture.with_note(note).unwrap_err().to_string();
    assert!(told(&bars, note(Some(Spot::Number(3.0)), None)).contains("dates lie along the axis"));
    let names = picture(&segments(), &Chart::new(Mark::Bar));
    assert!(told(&names, note(Some(Spot::Word("Champion".to_owned())), None)).contains("did you mean `Champions`?"));
    let map = picture(&segments(), &Chart::new(Mark::Treemap));
    assert!(told(&map, note(None, Some(1.0))).contains("leave `x` and `y` out"));
    assert!(map.with_note(note(None, None)).is_ok());
}

#[test]
fn words_that_begin_with_numbers_stand_in_their_order() {
    let ages = frame(&[("age", words(&["65+", "18–24", "9–17", "25–64"])), ("buyers", numbers([4.0, 1.0, 2.0, 8.0]))]);
    let drawn = picture(&ages, &Chart::new(Mark::Bar).x("age").y("buyers"));
    let labels: Vec<&str> =
        drawn.words().iter().map(|words| words.text.as_str()).filter(|text| text.contains(['–', '+'])).collect();
    assert_eq!(labels, ["9–17", "18–24", "25–64", "65+"]);
}

/// As many groups as rows, along as many places: a cell for each pair of them would be more than any memory holds.
#[test]
fn what_is_computed_grows_with_the_rows_and_not_with_their_pairs() {
    let names: Vec<Cell> = (0..100_000).map(|row| Cell::Text(format!("name {row}"))).collect();
    let frame = frame(&[("a", names.clone()), ("b", names), ("v", numbers((0..100_000).map(f64::from)))]);
    for mark in [Mark::Bar, Mark::Area, Mark::Line, Mark::Treemap, Mark::Sankey] {
        let chart = if mark == Mark::Sankey {
            Chart::new(mark).x("a").y("b")
        } else {
            Chart::new(mark).x("a").y("v").color("b")
        };
        let drawn = picture(&frame, &chart);
        assert!(drawn.notes().iter().any(|note| note.contains("100,000")), "{}: {:?}", mark.word(), drawn.notes());
    }
}

#[test]
fn a_group_has_the_same_colour_in_every_panel() {
    let chart = Chart { facet: Some("part".to_owned()), ..Chart::new(Mark::Line).x("x").y("y").color("kind") };
    let (mut x, mut y, mut kind, mut part) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // The first panel lacks the first group.
    for (panel, group) in [("one", "b"), ("two", "a"), ("two", "b")] {
        for step in 0..3 {
            x.push(f64::from(step));
            y.push(f64::from(step * 2));
            kind.push(group);
            part.push(panel);
        }
    }
    let frame = frame(&[("x", numbers(x)), ("y", numbers(y)), ("kind", words(&kind)), ("part", words(&part))]);
    let text = svg(&frame, &chart);
    let first_of_b = text.matches("#0072B2").count();
    let first_of_a = text.matches("#D55E00").count();
    // One swatch and as many strokes: `b` in two panels, `a` in one.
    assert!(first_of_b > first_of_a && first_of_a > 0, "{first_of_b} {first_of_a}");
}

#[test]
fn a_number_has_the_same_colour_in_every_panel() {
    let chart = Chart { facet: Some("part".to_owned()), ..Chart::new(Mark::Scatter).x("x").y("x").color("number") };
    let parts = words(&["one", "one", "two", "two"]);
    let frame =
        frame(&[("x", numbers([1.0, 2.0, 3.0, 4.0])), ("number", numbers([1.0, 2.0, 2.0, 3.0])), ("part", parts)]);
    let text = svg(&frame, &chart);
    let dots = |colour: &str| text.lines().filter(|line| line.contains("<circle") && line.contains(colour)).count();
    assert_eq!([dots("#0072B2"), dots("#D55E00"), dots("#008A66")], [1, 2, 1], "{text}");
}

#[test]
fn dots_of_many_numbers_are_coloured_by_ranges() {
    let count = 300;
    let chart = Chart::new(Mark::Scatter).x("x").y("y").color("age");
    let with = |ages: Vec<Cell>| {
        let x = numbers((0..count).map(|row| noise(row) * 100.0));
        let y = numbers((0..count).map(|row| noise(row + 900) * 100.0));
        picture(&frame(&[("x", x), ("y", y), ("age", ages)]), &chart)
    };
    let said = |picture: &Picture| -> Vec<String> { picture.words().iter().map(|words| words.text.clone()).collect() };
    let whole = said(&with((0..count).map(|row| Cell::Integer(18 + (row % 67) as i64)).collect()));
    for words in ["below 20", "20 to 39", "80 and more", "the stronger the colour, the higher the age"] {
        assert!(whole.iter().any(|said| said == words), "{words}: {whole:?}");
    }
    let shares = said(&with(numbers((0..count).map(|row| row as f64 / 300.0))));
    assert!(shares.iter().any(|said| said == "0.20 to 0.40" || said == "0.2 to 0.4"), "{shares:?}");
    let dates = said(&with(months(count)));
    assert!(dates.iter().any(|said| said == "the stronger the colour, the later the age"), "{dates:?}");
    assert!(dates.iter().any(|said| said == "1997 to 2000"), "{dates:?}");
    // Few numbers may be names of groups: they keep colours of their own.
    let few = said(&with((0..count).map(|row| Cell::Integer((row % 3) as i64)).collect()));
    assert!(few.iter().all(|said| !said.contains("stronger")) && few.iter().any(|said| said == "2"), "{few:?}");
}

#[test]
fn letters_without_a_font_are_noted() {
    let frame = frame(&[("city", words(&["北京"])), ("customers", numbers([1.0]))]);
    let notes = picture(&frame, &Chart::new(Mark::Bar)).notes();
    assert!(notes.iter().any(|note| note.contains("fonts-wqy-microhei")), "{notes:?}");
}

#[test]
fn finite_values_beyond_the_bound_are_too_large_to_draw_and_not_endless() {
    let huge = frame(&[("x", words(&["a", "b", "c"])), ("y", numbers([1.0, 1e300, f64::NAN]))]);
    for mark in [Mark::Bar, Mark::Line, Mark::Area, Mark::Funnel, Mark::Pareto, Mark::Waterfall, Mark::Treemap] {
        let notes = picture(&huge, &Chart::new(mark).x("x").y("y")).notes();
        let wanted = ["1 value that is not finite left out", "1 value too large to draw left out"];
        assert!(wanted.iter().all(|note| notes.iter().any(|told| told == note)), "{}: {notes:?}", mark.word());
    }
}

#[test]
fn panels_tell_their_notes_once() {
    let names = ["North", "South", "East", "West"];
    let (mut group, mut day, mut amount) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..40 {
        group.push(names[row % 4]);
        day.push(["Mon", "Tue"][row % 2]);
        amount.push(if row < 6 { Cell::Missing } else { Cell::Number(noise(row)) });
    }
    let frame = frame(&[("group", words(&group)), ("day", words(&day)), ("amount", amount)]);
    let chart = Chart { facet: Some("group".to_owned()), ..Chart::new(Mark::Bar).x("day").y("amount") };
    let wanted = ["amount summed over 40 rows", "6 rows without a value left out"];
    assert_eq!(picture(&frame, &chart).notes(), wanted);
}

#[test]
fn few_who_hold_all_are_said_to_hold_all() {
    let told = |values: &[f64]| {
        let names = &["a", "b", "c"][..values.len()];
        let frame = frame(&[("x", words(names)), ("y", numbers(values.iter().copied()))]);
        picture(&frame, &Chart::new(Mark::Pareto).x("x").y("y")).notes()
    };
    assert_eq!(told(&[5.0]), ["1 of 1 holds 100% of y"]);
    assert_eq!(told(&[50.0, 35.0, 15.0]), ["2 of 3 hold 85% of y"]);
}

#[test]
fn panels_share_a_logarithmic_scale() {
    let log = AxisScale::Log;
    for mark in [Mark::Scatter, Mark::Line, Mark::Box] {
        let x = if mark == Mark::Box { "kind" } else { "x" };
        let chart = Chart { y_scale: log, facet: Some("kind".to_owned()), ..Chart::new(mark).x(x).y("y") };
        let drawn = picture(&points(300), &chart);
        let ticks = drawn.words().iter().filter(|words| words.text == "100").count();
        assert!(ticks >= 4, "{}: 100 stands beside {ticks} panels", mark.word());
        let linear = picture(&points(300), &Chart { y_scale: AxisScale::Linear, ..chart });
        assert!(linear.with_scales(None, Some(log)).is_ok(), "{}", mark.word());
    }
    let panels =
        |mark| picture(&points(30), &Chart { facet: Some("kind".to_owned()), ..Chart::new(mark).x("x").y("y") });
    let refused = panels(Mark::Area).with_scales(None, Some(log)).unwrap_err().to_string();
    assert!(refused.contains("grow from zero"), "{refused}");
    let refused = panels(Mark::Line).with_layer(&panels(Mark::Line)).unwrap_err().to_string();
    assert!(refused.contains("each panel of a line chart has its own axes"), "{refused}");
}

#[test]
fn a_trend_is_drawn_on_every_scale_and_falls_where_it_falls() {
    let rows = || (1..60).map(f64::from);
    let down = frame(&[("x", numbers(rows())), ("y", numbers(rows().map(|x| 100.0 - 2.1 * x + noise(x as usize))))]);
    let chart = Chart { trend: true, ..Chart::new(Mark::Scatter).x("x").y("y") };
    let drawn = picture(&down, &chart);
    assert!(drawn.notes()[0].starts_with("the line falls by 2.1"), "{:?}", drawn.notes());
    let of_line = |picture: &Picture| picture.svg().unwrap().matches("stroke=\"#1F2937\"").count();
    let above = frame(&[("x", numbers(rows())), ("y", numbers(rows().map(|x| 1.0 + 2.0 * x)))]);
    for (x_scale, y_scale) in [(AxisScale::Linear, AxisScale::Log), (AxisScale::Log, AxisScale::Log)] {
        let log = picture(&above, &Chart { x_scale, y_scale, ..chart.clone() });
        assert!(log.notes()[0].starts_with("the line rises by 2 "), "{:?}", log.notes());
        assert_eq!(of_line(&log), of_line(&picture(&above, &chart)));
    }
}

#[test]
fn an_area_has_gaps_where_values_are_missing() {
    let cells = vec![
        Cell::Number(4.0),
        Cell::Missing,
        Cell::Number(6.0),
        Cell::Number(f64::NAN),
        Cell::Number(8.0),
        Cell::Number(9.0),
    ];
    let one = frame(&[("x", numbers((0..6).map(f64::from))), ("y", cells.clone())]);
    let drawn = picture(&one, &Chart::new(Mark::Area).x("x").y("y"));
    // Two values that stand alone, and a piece of two.
    assert_eq!(drawn.svg().unwrap().matches("<polygon").count(), 1);
    assert!(!drawn.notes().iter().any(|note| note.contains("count as 0")), "{:?}", drawn.notes());
    let mut two = vec![Cell::Number(1.0); 6];
    two.extend(cells);
    let names: Vec<&str> = ["a"; 6].into_iter().chain(["b"; 6]).collect();
    let x = numbers((0..12).map(|row| f64::from(row % 6)));
    let stacked = frame(&[("x", x), ("y", two), ("kind", words(&names))]);
    let drawn = picture(&stacked, &Chart::new(Mark::Area).x("x").y("y").color("kind"));
    assert_eq!(drawn.svg().unwrap().matches("<polygon").count(), 2);
    assert!(drawn.notes().iter().any(|note| note == "missing values count as 0"), "{:?}", drawn.notes());
}

#[test]
fn small_values_beside_large_ones_have_labels_of_their_own() {
    let four = frame(&[("x", words(&["a", "b", "c", "d"])), ("y", numbers([1e12, 1e6, 8.0, 5.0]))]);
    for mark in [Mark::Bar, Mark::Funnel, Mark::Waterfall, Mark::Treemap] {
        let drawn = picture(&four, &Chart::new(mark).x("x").y("y"));
        let labels: Vec<&str> = drawn.words().iter().map(|words| words.text.trim_start_matches('+')).collect();
        assert!(!labels.contains(&"0B") && !labels.contains(&"0T"), "{}: {labels:?}", mark.word());
        let wanted: &[&str] = if mark == Mark::Treemap { &[] } else { &["1T", "1M", "8", "5"] };
        assert!(wanted.iter().all(|label| labels.contains(label)), "{}: {labels:?}", mark.word());
    }
}

#[test]
fn every_step_of_a_waterfall_has_its_label() {
    for changes in [&[-5.0, -3.0, 4.0, -1.0][..], &[-5.0, 0.0, 3.0], &[5.0, -5.0], &[-5.0, -5.0], &[10.0, -10.0, 7.0]] {
        let names = &["a", "b", "c", "d"][..changes.len()];
        let frame = frame(&[("x", words(names)), ("y", numbers(changes.iter().copied()))]);
        let drawn = picture(&frame, &Chart::new(Mark::Waterfall).x("x").y("y"));
        for change in changes {
            let sign = if *change > 0.0 {
                "+"
            } else if *change < 0.0 {
                "−"
            } else {
                ""
            };
            let label = format!("{sign}{}", change.abs());
            assert!(drawn.words().iter().any(|words| words.text == label), "{changes:?}: {label}");
        }
    }
}

#[test]
fn panels_of_bars_all_stand_or_all_lie() {
    let names = [
        "A long name of a region in the north",
        "South",
        "East",
        "A long name of a region in the west",
        "Islands",
        "Sea",
    ];
    let frame = frame(&[("x", words(&names)), ("y", numbers([5.0, 4.0, 3.0, 2.0, 1.0, 6.0]))]);
    let chart = Chart { facet: Some("x".to_owned()), ..Chart::new(Mark::Bar).x("x").y("y") };
    let drawn = picture(&frame, &chart);
    // Lying bars have their names on the right side of their names' room, standing ones in the middle below.
    let aligned: Vec<Align> = drawn
        .words()
        .iter()
        .filter(|words| words.kind == super::theme::LABEL && words.text != "x")
        .map(|words| words.align)
        .collect();
    assert_eq!(aligned, [Align::Right; 6]);
    // On the same axis: as many panels have each of its numbers.
    let many = |number: &str| drawn.words().iter().filter(|words| words.text == number).count();
    assert_eq!(["0", "5", "10"].map(many), [6, 6, 6]);
}

#[test]
fn lines_that_are_not_drawn_are_counted() {
    let names: Vec<String> = (0..500).map(|index| format!("shop {index}")).collect();
    let names: Vec<&str> = names.iter().flat_map(|name| [name.as_str(); 2]).collect();
    let x = numbers((0..1000).map(|row| f64::from(row % 2)));
    let frame = frame(&[("x", x), ("y", numbers((0..1000).map(noise))), ("shop", words(&names))]);
    let notes = picture(&frame, &Chart::new(Mark::Line).x("x").y("y").color("shop")).notes();
    assert_eq!(notes, ["the 8 largest of 500 named, 100 more in grey, 392 not drawn"]);
}

#[test]
fn what_is_below_zero_is_no_share() {
    let frame = frame(&[("x", words(&["a", "a"])), ("k", words(&["p", "q"])), ("y", numbers([2.0, -1.0]))]);
    let chart = Chart { arrange: Some(Arrange::Share), ..Chart::new(Mark::Bar).x("x").y("y").color("k") };
    let refused = Picture::of(&frame, &chart, &Quiet).unwrap_err().to_string();
    assert!(refused.contains("goes down to -1") && refused.contains("beside"), "{refused}");
}

#[test]
fn a_calendar_counts_the_rows_of_years_that_it_does_not_show() {
    let days: Vec<Cell> = (0..20).map(|year| Cell::Date(date_of(f64::from(year) * 365.25).unwrap())).collect();
    let notes = picture(&frame(&[("day", days)]), &Chart::new(Mark::Calendar).x("day")).notes();
    assert_eq!(notes, ["the last 8 of 19 years", "12 earlier rows left out"]);
}

#[test]
fn names_below_an_axis_differ_where_they_are_cut() {
    let names: Vec<String> = (0..500).map(|index| format!("category number {index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let frame = frame(&[("x", words(&names)), ("y", numbers((0..500).map(noise)))]);
    let drawn = picture(&frame, &Chart::new(Mark::Line).x("x").y("y"));
    let mut labels: Vec<&str> =
        drawn.words().iter().map(|words| words.text.as_str()).filter(|text| text.starts_with("cat")).collect();
    let many = labels.len();
    labels.dedup();
    assert!(many > 3 && labels.len() == many && labels[1].contains('…'), "{labels:?}");
}

#[test]
fn names_and_numbers_of_streams_stand_apart() {
    let frame = frame(&[("a", words(&["1", "211"])), ("b", words(&["7", "8"])), ("n", numbers([15.0, 162.0]))]);
    let chart = Chart { weight: Some("n".to_owned()), ..Chart::new(Mark::Sankey).x("a").y("b") };
    let drawn = picture(&frame, &chart);
    let labels: Vec<&str> = drawn.words().iter().map(|words| words.text.as_str()).collect();
    assert!(["1", "· 15", "211", "· 162"].iter().all(|label| labels.contains(label)), "{labels:?}");
}
