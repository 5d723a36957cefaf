//! How near two texts are: Jaro–Winkler and the distance of edits.

/// Characters beyond this are not looked at: a word of 64 bits holds one for each.
pub(super) const LONGEST: usize = 64;

/// The similarity of Jaro, from 0 to 1: characters in common within half the longer text, less for those out of order.
pub fn jaro(one: &[char], two: &[char]) -> f64 {
    let (one, two) = (cut(one), cut(two));
    if one.is_empty() || two.is_empty() {
        return if one.len() == two.len() { 1.0 } else { 0.0 };
    }
    let reach = (one.len().max(two.len()) / 2).saturating_sub(1);
    let (mut found_one, mut found_two, mut common) = (0_u64, 0_u64, 0_u32);
    for (place, letter) in one.iter().enumerate() {
        let begin = place.saturating_sub(reach);
        let end = (place + reach + 1).min(two.len());
        for (other, _) in two.iter().enumerate().take(end).skip(begin).filter(|(_, second)| *second == letter) {
            if found_two & (1 << other) == 0 {
                found_one |= 1 << place;
                found_two |= 1 << other;
                common += 1;
                break;
            }
        }
    }
    if common == 0 {
        return 0.0;
    }
    let (mut left, mut right, mut astray) = (found_one, found_two, 0_u32);
    while left != 0 {
        astray += u32::from(one[left.trailing_zeros() as usize] != two[right.trailing_zeros() as usize]);
        left &= left - 1;
        right &= right - 1;
    }
    let common = f64::from(common);
    let moved = f64::from(astray / 2);
    (common / one.len() as f64 + common / two.len() as f64 + (common - moved) / common) / 3.0
}

/// The similarity of Jaro and Winkler: Jaro's, raised by a tenth of what is missing to 1 for each of up to four equal
/// first characters.
pub fn jaro_winkler(one: &[char], two: &[char]) -> f64 {
    let jaro = jaro(one, two);
    let same = one.iter().zip(two).take(4).take_while(|(left, right)| left == right).count();
    jaro + 0.1 * same as f64 * (1.0 - jaro)
}

/// The number of edits that lead from one text to the other: a character put in, left out or replaced, or two neighbours
/// exchanged, no part edited twice (optimal string alignment), after Hyyrö's bit-parallel method.
pub fn edits(one: &[char], two: &[char]) -> u32 {
    let (one, two) = (cut(one), cut(two));
    let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    if short.is_empty() {
        return long.len() as u32;
    }
    let last = 1_u64 << (short.len() - 1);
    let (mut rises, mut falls, mut diagonal, mut before) = (!0_u64, 0_u64, 0_u64, 0_u64);
    let mut distance = short.len() as u32;
    for letter in long {
        let mut equal = 0_u64;
        for (place, own) in short.iter().enumerate() {
            equal |= u64::from(own == letter) << place;
        }
        let exchanged = ((!diagonal & equal) << 1) & before;
        diagonal = (((equal & rises).wrapping_add(rises)) ^ rises) | equal | falls | exchanged;
        let across_rises = falls | !(diagonal | rises);
        let across_falls = diagonal & rises;
        distance += u32::from(across_rises & last != 0);
        distance -= u32::from(across_falls & last != 0);
        let shifted = (across_rises << 1) | 1;
        rises = (across_falls << 1) | !(diagonal | shifted);
        falls = diagonal & shifted;
        before = equal;
    }
    distance
}

/// A bit for each character that occurs, characters sharing bits: texts with many different bits are far apart, which is
/// quickly seen.
pub(super) fn letters(text: &[char]) -> u64 {
    cut(text).iter().fold(0, |mask, letter| mask | 1 << (*letter as u32 % 64))
}

/// The most that [`jaro_winkler`] can be for texts of these lengths and letters.
pub(super) fn most_similar(one: (usize, u64), two: (usize, u64)) -> f64 {
    let (first, second) = (one.0.min(LONGEST) as f64, two.0.min(LONGEST) as f64);
    let common =
        (first - f64::from((one.1 & !two.1).count_ones())).min(second - f64::from((two.1 & !one.1).count_ones()));
    if common <= 0.0 || first == 0.0 || second == 0.0 {
        return if first == second { 1.0 } else { 0.0 };
    }
    let jaro = (common / first + common / second + 1.0) / 3.0;
    jaro + 0.4 * (1.0 - jaro)
}

/// The fewest edits between texts of these lengths and letters.
pub(super) fn fewest_edits(one: (usize, u64), two: (usize, u64)) -> u32 {
    let lengths = one.0.min(LONGEST).abs_diff(two.0.min(LONGEST)) as u32;
    lengths.max((one.1 & !two.1).count_ones()).max((two.1 & !one.1).count_ones())
}

fn cut(text: &[char]) -> &[char] {
    &text[..text.len().min(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// W. E. Winkler (1990), Proceedings of the Section on Survey Research Methods, ASA, table of string comparators.
    #[test]
    fn published_similarities_of_jaro_and_winkler() {
        for (one, two, wanted) in [
            ("MARTHA", "MARHTA", 0.9611),
            ("DWAYNE", "DUANE", 0.84),
            ("DIXON", "DICKSONX", 0.8133),
            ("SHACKLEFORD", "SHACKELFORD", 0.9818),
            ("JONES", "JOHNSON", 0.8324),
            ("", "", 1.0),
            ("A", "", 0.0),
        ] {
            let found = jaro_winkler(&chars(one), &chars(two));
            assert!((found - wanted).abs() < 6e-5, "{one} {two}: {found}");
            assert!((found - jaro_winkler(&chars(two), &chars(one))).abs() < 1e-15);
        }
    }

    /// By the table, without bits.
    fn edits_by_table(one: &[char], two: &[char]) -> u32 {
        let mut table = vec![vec![0_u32; two.len() + 1]; one.len() + 1];
        for (i, row) in table.iter_mut().enumerate() {
            row[0] = i as u32;
        }
        for (j, cell) in table[0].iter_mut().enumerate() {
            *cell = j as u32;
        }
        for i in 1..=one.len() {
            for j in 1..=two.len() {
                let replaced = table[i - 1][j - 1] + u32::from(one[i - 1] != two[j - 1]);
                let mut best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        table[one.len()][two.len()]
    }

    #[test]
    fn edits_are_those_of_the_table_and_the_bounds_hold() {
        let mut state = 7_u64;
        let mut roll = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for _ in 0..20_000 {
            let word = |roll: &mut dyn FnMut(u64) -> u64| -> Vec<char> {
                (0..roll(12)).map(|_| char::from(b'a' + roll(4) as u8)).collect()
            };
            let (one, two) = (word(&mut roll), word(&mut roll));
            let wanted = edits_by_table(&one, &two);
            assert_eq!(edits(&one, &two), wanted, "{one:?} {two:?}");
            let (left, right) = ((one.len(), letters(&one)), (two.len(), letters(&two)));
            assert!(fewest_edits(left, right) <= wanted);
            assert!(most_similar(left, right) >= jaro_winkler(&one, &two) - 1e-12, "{one:?} {two:?}");
        }
        assert_eq!(edits(&chars("kitten"), &chars("sitting")), 3);
        assert_eq!(edits(&chars("ca"), &chars("abc")), 3);
        let long: Vec<char> = "x".repeat(200).chars().collect();
        assert_eq!(edits(&long, &chars("")), 64);
        assert_eq!(edits(&long, &long), 0);
    }
}
