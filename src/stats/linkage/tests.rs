use std::collections::BTreeSet;

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

fn truth(rows: &[Vec<String>]) -> Vec<Option<u32>> {
    rows.iter().map(|row| row[8].parse().ok()).collect()
}

/// What two values of a kind come to, in words; the same both ways.
fn word(kind: Kind, one: &str, two: &str) -> &'static str {
    let records = records_of(&[vec![one.to_owned()], vec![two.to_owned()]], &[kind]);
    let (there, back) = (records.pattern(0, 1), records.pattern(1, 0));
    assert_eq!(there, back, "{one} {two}");
    kind.word(level_of(there, 0))
}

#[test]
fn values_agree_in_levels() {
    for (kind, one, two, wanted) in [
        (Kind::Given, "Robert", "ROBERT ", "equal"),
        (Kind::Given, "Bob", "Rob", "nickname"),
        (Kind::Given, "Robert", "R.", "initial only"),
        (Kind::Given, "Robert", "Rovert", "nearly equal"),
        (Kind::Given, "Robert", "Susan", "differ"),
        (Kind::Given, "", "Susan", "missing"),
        (Kind::Family, "Müller", "Muller", "equal"),
        (Kind::Family, "O'Neill", "ONeill", "equal"),
        (Kind::Family, "Griffiths", "Grfifihts", "nearly equal"),
        (Kind::Family, "Smith", "Jones", "differ"),
        (Kind::Name, "Anna Maria Lopez", "lopez, anna maria", "words in another order"),
        (Kind::Name, "张伟", "張偉", "nearly equal"),
        (Kind::Name, "张伟", "Zhang Wei", "nearly equal"),
        (Kind::Name, "张伟", "李娜", "differ"),
        (Kind::Date, "1971-06-24", "1971-06-24", "equal"),
        (Kind::Date, "1971-06-24", "1971-05-24", "one digit off, or day and month exchanged"),
        (Kind::Date, "1971-06-04", "1971-04-06", "one digit off, or day and month exchanged"),
        (Kind::Date, "1999-12-31", "2000-01-01", "two digits off, or within a month"),
        (Kind::Date, "1971-06-24", "1972-03-19", "within a year"),
        (Kind::Date, "1971-06-24", "1985-11-30", "differ"),
        (Kind::Email, "j.doe@Example.com", "J.Doe@example.com", "equal"),
        (Kind::Email, "j.doe@example.com", "j.doe@exampel.com", "nearly equal"),
        (Kind::Email, "j.doe@example.com", "j.doe@post.net", "same before the @"),
        (Kind::Email, "j.doe@example.com", "susan77@web.org", "differ"),
        (Kind::Phone, "+44 (0)20 7946 0018", "020 7946 0018", "same last digits"),
        (Kind::Phone, "020 7946 0018", "020 7946 0918", "one digit off"),
        (Kind::Code, "SW1A 1AA", "sw1a1aa", "equal"),
        (Kind::Code, "SW1A 1AA", "SW1A 1AB", "one character off"),
        (Kind::Code, "SW1A 1AA", "SW1X 9ZZ", "same beginning"),
    ] {
        assert_eq!(word(kind, one, two), wanted, "{kind:?} {one} {two}");
    }
}

#[test]
fn names_may_stand_in_each_others_column() {
    let row = |given: &str, family: &str| vec![given.to_owned(), family.to_owned()];
    let rows = [row("Isla", "Hall"), row("Hall", "Isla"), row("Hall", ""), row("Hall", "Jones"), row("Tom", "Fox")];
    let records = records_of(&rows, &[Kind::Given, Kind::Family]);
    let words = |left: u32, right: u32| {
        assert_eq!(records.pattern(left, right), records.pattern(right, left));
        let pattern = records.pattern(left, right);
        (Kind::Given.word(level_of(pattern, 0)), Kind::Family.word(level_of(pattern, 1)))
    };
    assert_eq!(words(0, 1), ("in the other name", "in the other name"));
    assert_eq!(words(0, 2), ("in the other name", "missing"));
    assert_eq!(words(0, 3), ("in the other name", "differ"));
    assert_eq!(words(0, 4), ("differ", "differ"));
}

/// Fellegi and Sunter by hand: m = .9 and u = .01 for equal values of both columns, one pair in a hundred matches.
#[test]
fn weights_by_hand() {
    let weights = Weights {
        m: vec![vec![0.02, 0.03, 0.05, 0.9]; 2],
        u: vec![vec![0.95, 0.02, 0.02, 0.01]; 2],
        lambda: 0.01,
        iterations: 0,
        change: 0.0,
        matches: 0.0,
        clarity: 0.0,
    };
    // log2(.9 / .01) = log2 90; log2(.02 / .95); log2(.01 / .99).
    assert!((weights.bits(0, 4) - 6.491_853_1).abs() < 1e-6);
    assert!((weights.bits(1, 1) + 5.569_855_6).abs() < 1e-6);
    assert_eq!(weights.bits(1, UNKNOWN), 0.0);
    assert!((weights.prior() + 6.629_356_6).abs() < 1e-6);
    // Odds 1/99 · 90 · 90 = 81.818…
    assert!((weights.probability(0x44) - 81.818_181_818 / 82.818_181_818).abs() < 1e-9);
    assert!((weights.probability(0x04) - (90.0 / 99.0) / (1.0 + 90.0 / 99.0)).abs() < 1e-9);
}

#[test]
fn equal_rare_values_weigh_more() {
    let mut rows: Vec<Vec<String>> = (0..60).map(|_| vec!["smith".to_owned(), "x".to_owned()]).collect();
    rows.extend((0..2).map(|_| vec!["featherstonehaugh".to_owned(), "y".to_owned()]));
    let records = records_of(&rows, &[Kind::Family, Kind::Text]);
    let weights = Weights::silent(&records);
    let scorer = Scorer::new(&records, &weights, true);
    let pair = |left, right| Pair { left, right, pattern: records.pattern(left, right) };
    let (common, rare) = (scorer.column(&pair(0, 1), 0), scorer.column(&pair(60, 61), 0));
    assert_eq!(common.0, rare.0);
    // 58 other rows of 62 have the common name; nobody else has the rare one, which counts as half a row.
    let usual: f64 = 1.0 / 6.0;
    assert!((common.1 - (usual / (58.5 / 62.0)).log2()).abs() < 1e-12, "{common:?}");
    assert!((rare.1 - (usual / (0.5 / 62.0)).log2()).abs() < 1e-12, "{rare:?}");
    assert_eq!(Scorer::new(&records, &weights, false).column(&pair(60, 61), 0).1, 0.0);
}

fn linked(records: &Records, pairs: &[Pair], background: &Background) -> (Weights, Vec<Scored>) {
    let weights = Weights::fit(records, &patterns(pairs), background, None, &Unwatched).unwrap();
    let scored = Scorer::new(records, &weights, true).all(pairs, 0.5);
    (weights, scored)
}

fn agreement(records: &Records, pairs: &[Pair], background: &Background, known: &[Option<u32>]) -> Agreement {
    let (weights, links) = linked(records, pairs, background);
    let scorer = Scorer::new(records, &weights, true);
    let joined = join(records, &scorer, &links, Joining::Consistent, &Unwatched).unwrap();
    Agreement::of(&joined.first, known)
}

/// Generated people with other errors than those of the sample: nothing was tuned on them.
#[test]
fn people_are_found_again_without_labels() {
    for (rows, again, errors, columns, wanted) in
        [(1000, 0.5, 0.3, 8, 0.99), (1000, 0.2, 0.6, 8, 0.96), (1000, 0.5, 0.3, 3, 0.9)]
    {
        let rows = people::people(rows, again, errors, 5);
        let records = records_of(&rows, &PEOPLE[..columns]);
        let pairs = compare_all(&records, &Unwatched).unwrap();
        let background = Background::of_all_pairs(&records, &pairs);
        let f1 = agreement(&records, &pairs, &background, &truth(&rows)).f1().unwrap();
        assert!(f1 >= wanted, "{again} {errors} {columns}: {f1}");
    }
}

fn chosen_rules(records: &Records) -> Vec<Rule> {
    let rows = records.rows() as f64;
    let chosen = choose(records, 4.0 * rows, 20.0 * rows, &Unwatched).unwrap();
    chosen.rules.into_iter().map(|sized| sized.rule).collect()
}

#[test]
fn rules_find_nearly_all_that_all_pairs_find() {
    let rows = people::people(4000, 0.4, 0.3, 8);
    let records = records_of(&rows, &PEOPLE);
    let pairs = compare(&records, &chosen_rules(&records), &Unwatched).unwrap();
    assert!(pairs.len() < 80_000, "{}", pairs.len());
    let background = Background::of_random_pairs(&records, 200_000, 1, &Unwatched).unwrap();
    let found = agreement(&records, &pairs, &background, &truth(&rows));
    assert!(found.f1().unwrap() > 0.99, "{found:?}");
}

/// One person in a hundred comes again, so that namesakes with addresses made of their name are far more than customers.
#[test]
fn few_customers_are_found_among_many_namesakes() {
    let rows = people::people(20_000, 0.01, 0.3, 5);
    let records = records_of(&rows, &PEOPLE);
    let pairs = compare(&records, &chosen_rules(&records), &Unwatched).unwrap();
    let background = Background::of_random_pairs(&records, 1_000_000, 1, &Unwatched).unwrap();
    let found = agreement(&records, &pairs, &background, &truth(&rows));
    assert!(found.f1().unwrap() > 0.97, "{found:?}");
}

#[test]
fn every_pair_of_a_rule_is_compared_once_and_counted_before() {
    let rows = people::people(300, 0.5, 0.5, 3);
    let mut records = records_of(&rows, &PEOPLE);
    for sources in [None, Some((0..300).map(|row| row % 3).collect::<Vec<u32>>())] {
        records.sources = sources;
        let rules = vec![
            Rule { parts: vec![(4, Part::Whole)] },
            Rule { parts: vec![(0, Part::Beginning(1)), (2, Part::Year)] },
            Rule { parts: vec![(7, Part::Local)] },
        ];
        let agree = |rule: &Rule, left: usize, right: usize| {
            rule.parts.iter().all(|(place, part)| {
                let value = |row: usize| {
                    let column = &records.columns[*place];
                    let code = column.codes[row];
                    let text = if code == MISSING { None } else { Some(column.text(code)) };
                    text.map(|text| match part {
                        Part::Beginning(letters) => text.chars().take(*letters).collect(),
                        Part::Year => text[..4].to_owned(),
                        Part::Local => text.rsplit_once('@').map_or(text.clone(), |(local, _)| local.to_owned()),
                        _ => text,
                    })
                };
                value(left).is_some() && value(left) == value(right)
            })
        };
        let all = || (0..300).flat_map(|left| (left + 1..300).map(move |right| (left, right)));
        let may = |(left, right): &(usize, usize)| records.allowed(*left as u32, *right as u32);
        assert_eq!(records.all_pairs(), all().filter(may).count() as f64);
        for rule in &rules {
            let wanted = all().filter(may).filter(|(left, right)| agree(rule, *left, *right)).count();
            assert_eq!(rule.clone().sized(&records).pairs, wanted as f64, "{rule:?}");
        }
        let wanted: BTreeSet<(u32, u32)> = all()
            .filter(may)
            .filter(|(left, right)| rules.iter().any(|rule| agree(rule, *left, *right)))
            .map(|(left, right)| (left as u32, right as u32))
            .collect();
        let found = compare(&records, &rules, &Unwatched).unwrap();
        assert_eq!(found.len(), wanted.len());
        assert_eq!(found.iter().map(|pair| (pair.left, pair.right)).collect::<BTreeSet<_>>(), wanted);
    }
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let rows = people::people(1500, 0.4, 0.3, 11);
    let answer = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let records = records_of(&rows, &PEOPLE);
            let pairs = compare(&records, &chosen_rules(&records), &Unwatched).unwrap();
            let background = Background::of_random_pairs(&records, 50_000, 1, &Unwatched).unwrap();
            let (weights, links) = linked(&records, &pairs, &background);
            let scorer = Scorer::new(&records, &weights, true);
            let joined = join(&records, &scorer, &links, Joining::Consistent, &Unwatched).unwrap();
            (pairs, weights.m, weights.lambda, joined.first, joined.belongs)
        })
    };
    assert_eq!(answer(1), answer(4));
}

#[test]
fn links_that_the_other_pairs_speak_against_do_not_join() {
    let row = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
    // The second row could be either of the others, who cannot be one.
    let rows = [row(["ann", "1980-01-02", "a@x.org"]), row(["", "", "a@x.org"]), row(["bob", "1955-07-08", "a@x.org"])];
    let records = records_of(&rows, &[Kind::Given, Kind::Date, Kind::Email]);
    let share = |kind: Kind, differ: f64| {
        let levels = usize::from(kind.count());
        let mut shares = vec![0.001; levels];
        shares[0] = differ;
        shares[levels - 1] = 1.0 - differ - 0.001 * (levels - 2) as f64;
        shares
    };
    let weights = Weights {
        m: vec![share(Kind::Given, 0.05), share(Kind::Date, 0.01), share(Kind::Email, 0.05)],
        u: vec![share(Kind::Given, 0.97), share(Kind::Date, 0.97), share(Kind::Email, 0.97)],
        lambda: 0.3,
        iterations: 1,
        change: 0.0,
        matches: 1.0,
        clarity: 1.0,
    };
    let scorer = Scorer::new(&records, &weights, false);
    let links = scorer.all(&compare_all(&records, &Unwatched).unwrap(), 0.5);
    assert_eq!(links.len(), 2, "{links:?}");
    let consistent = join(&records, &scorer, &links, Joining::Consistent, &Unwatched).unwrap();
    assert_eq!(consistent.first, [0, 0, 2]);
    assert_eq!(consistent.linked_to, [None, Some(0), None]);
    assert!(consistent.conflicts.len() == 1 && consistent.conflicts[0].refused.is_some_and(|mean| mean < 0.5));
    let connected = join(&records, &scorer, &links, Joining::Connected, &Unwatched).unwrap();
    assert_eq!(connected.first, [0, 0, 0]);
    assert_eq!(connected.linked_to, [None, Some(0), Some(1)]);
    let weak = &connected.conflicts;
    assert!(
        weak.len() == 1 && weak[0].refused.is_none() && (weak[0].pair.pair.left, weak[0].pair.pair.right) == (0, 2)
    );
    // Each row but the first of a cluster came there by one join.
    assert_eq!(connected.merges.len(), 2);
}

#[test]
fn agreement_by_hand() {
    // Together: 1-2, 1-3, 2-3; belong together: 1-2, 3-4. The fifth has no label.
    let found = Agreement::of(&[0, 0, 0, 1, 0], &[Some(7), Some(7), Some(8), Some(8), None]);
    assert_eq!(found, Agreement { right: 1.0, wrong: 2.0, missed: 1.0 });
    assert_eq!((found.precision(), found.recall(), found.f1()), (Some(1.0 / 3.0), Some(0.5), Some(0.4)));
    let alone = Agreement::of(&[0, 1], &[None::<u32>, None]);
    assert_eq!(alone.f1(), None);
}

#[test]
fn data_without_pairs_or_without_differences_are_told() {
    let same: Vec<Vec<String>> = (0..5).map(|_| vec!["x".to_owned(), "y".to_owned()]).collect();
    let records = records_of(&same, &[Kind::Text, Kind::Code]);
    let pairs = compare_all(&records, &Unwatched).unwrap();
    let background = Background::of_all_pairs(&records, &pairs);
    let fit = |pairs: &[Pair]| Weights::fit(&records, &patterns(pairs), &background, None, &Unwatched).err();
    // Rows that agree in all are one customer, be there nothing to compare them with.
    assert!(linked(&records, &pairs, &background).1.len() == pairs.len());
    assert_eq!(fit(&[]), Some(LinkageError::NothingToCompare));
    assert_eq!(threshold_for(&[], 0.9), None);
}

#[test]
fn a_block_of_many_rows_is_counted_without_being_compared() {
    let rows: Vec<Vec<String>> = (0..200_000).map(|row| vec!["unknown".to_owned(), row.to_string()]).collect();
    let records = records_of(&rows, &[Kind::Family, Kind::Code]);
    let chosen = choose(&records, 800_000.0, 4e6, &Unwatched).unwrap();
    assert!(chosen.rules.is_empty(), "{:?}", chosen.rules);
    let worst = chosen.too_large.iter().map(|sized| sized.pairs).fold(0.0, f64::max);
    assert_eq!(worst, 200_000.0 * 199_999.0 / 2.0);
}
