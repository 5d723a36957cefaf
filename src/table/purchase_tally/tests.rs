use std::collections::BTreeMap;

use super::*;

const UNTIL: i32 = 500;
const END: i32 = 700;

type Expected = BTreeMap<i64, (BTreeMap<i32, f64>, BTreeMap<i32, f64>)>;

/// The same by maps of days, one customer at a time: the law that the step must keep.
fn expected(calendar: Calendar, keys: &[i64], days: &[i32], amounts: &[f64]) -> Expected {
    let mut all = Expected::new();
    for ((key, here), amount) in keys.iter().zip(days).zip(amounts).filter(|((_, day), _)| **day <= END) {
        let entry = all.entry(*key).or_default();
        let side = if *here <= UNTIL { &mut entry.0 } else { &mut entry.1 };
        *side.entry(calendar.number(day(*here).unwrap_or_default())).or_default() += amount;
    }
    all
}

fn counted(calendar: Calendar, data: &DataFrame, arrival: Arrival) -> PolarsResult<PurchaseTally> {
    let kind = |name: &str| data.schema().get(name).cloned().unwrap_or(DataType::Null);
    let (customer, date) = (kind("customer"), kind("date"));
    let mut tally = PurchaseTally::new(&customer, &date, calendar, Some(UNTIL), Some(END), arrival);
    let half = data.height() / 2;
    tally.add(&data.slice(0, half))?;
    if !tally.disordered() {
        tally.add(&data.slice(half as i64, data.height() - half))?;
    }
    Ok(tally)
}

#[test]
fn it_counts_as_maps_of_days_do() -> PolarsResult<()> {
    let mut state = 7_u64;
    let mut roll = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    for (rows, customers) in [(1, 1), (500, 20), (5_000, 4_000), (90_000, 9_000)] {
        for in_order in [true, false] {
            let mut days: Vec<i32> = (0..rows).map(|_| roll(900) as i32).collect();
            if in_order {
                days.sort_unstable();
            }
            let keys: Vec<i64> = (0..rows).map(|_| roll(customers) as i64 - 3).collect();
            // Quarters add without rounding in any order; a seventh part of money is none, and its sum is not exact.
            let amounts: Vec<f64> =
                (0..rows).map(|row| roll(4_000) as f64 / if row % 7 == 0 { 1_048_576.0 } else { 4.0 }).collect();
            let whole = df!("customer" => &keys, "date" => &days, "amount" => &amounts)?;
            let mut text = whole.clone();
            text.with_column(whole.column("customer")?.cast(&DataType::String)?)?;
            for calendar in [Calendar::Day, Calendar::Month] {
                let wanted = expected(calendar, &keys, &days, &amounts);
                let newcomers = wanted.values().filter(|(within, _)| within.is_empty()).count();
                let mut wanted: Vec<_> = wanted.into_iter().filter(|(_, (within, _))| !within.is_empty()).collect();
                for data in [&whole, &text] {
                    if *data.column("customer")?.dtype() == DataType::String {
                        wanted.sort_by_key(|(key, _)| key.to_string());
                    }
                    let ordered = counted(calendar, data, Arrival::Ordered)?;
                    assert!(!(in_order && ordered.disordered()));
                    let any = counted(calendar, data, Arrival::Any)?;
                    let tallies = [Some(any), (!ordered.disordered()).then_some(ordered)];
                    for tally in tallies.into_iter().flatten() {
                        let late = days.iter().filter(|day| **day > END).count();
                        assert_eq!((tally.usable, tally.late), (rows as usize, late));
                        let found = tally.finish()?;
                        assert_eq!(found.newcomers, newcomers);
                        assert_eq!(found.first.len(), wanted.len());
                        let names = found.customers.cast(&DataType::String)?;
                        for (place, (key, (within, after))) in wanted.iter().enumerate() {
                            assert_eq!(names.str()?.get(place), Some(key.to_string().as_str()));
                            let (first, last) = (within.keys().next(), within.keys().next_back());
                            assert_eq!((Some(&found.first[place]), Some(&found.last[place])), (first, last));
                            assert_eq!(found.periods[place] as usize, within.len());
                            assert_eq!(found.held_periods[place] as usize, after.len());
                            let spend: f64 = within.values().sum();
                            assert_eq!(found.first_spend[place], within[&found.first[place]]);
                            assert_eq!(found.repeat_spend[place], spend - found.first_spend[place]);
                            assert_eq!(found.held_spend[place], after.values().sum::<f64>());
                        }
                    }
                }
            }
        }
    }
    Ok(())
}
