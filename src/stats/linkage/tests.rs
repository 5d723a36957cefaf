use super::*;
use crate::Unwatched;

#[allow(dead_code, reason = "the bench names the columns")]
#[path = "../../../benches/people.rs"]
mod people;

/// Columns of the given kinds, from the front of the rows.
fn records_of(rows: &[Vec<String>], kinds: &[Kind]) -> Records {
    let nicknames = Nicknames::with([]);
    let column = |(place, kind): (usize, &Kind)| {
        let values: Vec<String> = rows.iter().map(|row| row[place].clone()).collect();
        let codes: Vec<u32> = (0..values.len() as u32).collect();
        Column::new(*kind, &codes, &values, &nicknames)
    };
    Records::new(kinds.iter().enumerate().map(column).collect(), rows.len(), None)
}

const PEOPLE: [Kind; 8] =
    [Kind::Given, Kind::Family, Kind::Date, Kind::Text, Kind::Text, Kind::Code, Kind::Phone, Kind::Email];

fn all(records: &Records, known: &[Option<u32>], blocked: bool) -> Agreement {
    let began = std::time::Instant::now();
    let lap = |what: &str| println!("  {:.2} s {what}", began.elapsed().as_secs_f64());
    let n = records.rows() as f64;
    let pairs = if blocked {
        let chosen = choose(records, 4.0 * n, 20.0 * n, &Unwatched).unwrap();
        for s in &chosen.rules {
            println!("   {:?} {} {:?}", s.rule.parts, s.pairs, s.worst);
        }
        println!("   too large {}", chosen.too_large.len());
        lap("rules");
        let rules: Vec<Rule> = chosen.rules.iter().map(|s| s.rule.clone()).collect();
        compare(records, &rules, &Unwatched).unwrap()
    } else {
        compare_all(records, &Unwatched).unwrap()
    };
    lap(&format!("compared {}", pairs.len()));
    let background = if blocked {
        Background::of_random_pairs(records, 3_000_000, 1, &Unwatched).unwrap()
    } else {
        Background::of_all_pairs(records, &pairs)
    };
    lap("background");
    let patterns = patterns(&pairs);
    let weights = Weights::fit(records, &patterns, &background, None, &Unwatched).unwrap();
    lap(&format!(
        "{} patterns, {} it, lambda {:.3e}, matches {:.1} clarity {:.3}",
        patterns.len(),
        weights.iterations,
        weights.lambda,
        weights.matches,
        weights.clarity
    ));
    let scorer = Scorer::new(records, &weights, true);
    let scored = scorer.all(&pairs, 0.01);
    let t = threshold_for(&scored, 0.95).unwrap();
    lap(&format!("scored {} threshold {t}", scored.len()));
    let (mut tp, mut fp) = (0, 0);
    let links: Vec<Scored> = scored.iter().filter(|s| s.probability >= t).copied().collect();
    for s in &links {
        if known[s.pair.left as usize] == known[s.pair.right as usize] { tp += 1 } else { fp += 1 }
    }
    let joined = join(records, &scorer, &links, Joining::Consistent, &Unwatched).unwrap();
    let a = Agreement::of(&joined.first, known);
    lap(&format!(
        "links tp {tp} fp {fp}; P {:?} R {:?} F {:?} conflicts {}",
        a.precision(),
        a.recall(),
        a.f1(),
        joined.conflicts.len()
    ));
    a
}

#[test]
fn sizes() {
    let text = std::fs::read_to_string("/work/shared/data/entity_resolution/fake_1000.csv").unwrap();
    let rows: Vec<Vec<String>> =
        text.lines().skip(1).map(|line| line.split(',').skip(1).map(str::to_owned).collect()).collect();
    let records = records_of(&rows, &[Kind::Given, Kind::Family, Kind::Date, Kind::Text, Kind::Email]);
    let known: Vec<Option<u32>> = rows.iter().map(|row| row[5].parse().ok()).collect();
    all(&records, &known, false);
    all(&records, &known, true);
    for (n, again, errors) in
        [(1500, 0.5, 0.3), (1500, 0.2, 0.6), (5000, 0.5, 0.3), (100_000, 0.3, 0.3), (1_000_000, 0.2, 0.3)]
    {
        println!("{n} {again} {errors}");
        let rows = people::people(n, again, errors, 5);
        let known: Vec<Option<u32>> = rows.iter().map(|row| row[8].parse().ok()).collect();
        let records = records_of(&rows, &PEOPLE);
        all(&records, &known, n > 2000);
        if n <= 5000 {
            let few = records_of(&rows, &PEOPLE[..3]);
            all(&few, &known, n > 2000);
        }
    }
}
