//! Values by which other ones are looked up: found by their hash, and then compared.

use std::collections::{HashMap, HashSet};

use crate::stats::sketch::hash_of;

/// Texts in a row, each behind its length. A text takes some fifty bytes and its own.
#[derive(Default)]
pub(crate) struct Known {
    /// Where the first text of a hash begins.
    places: HashMap<u64, usize>,
    texts: Vec<u8>,
    /// Texts whose hash another one had before.
    clashing: HashSet<Box<str>>,
}

const LENGTH: usize = size_of::<u32>();

impl Known {
    pub(crate) fn add(&mut self, text: &str) {
        let next = self.texts.len();
        let place = *self.places.entry(hash_of(text.as_bytes())).or_insert(next);
        if place == next {
            self.texts.extend((text.len() as u32).to_le_bytes());
            self.texts.extend(text.as_bytes());
        } else if !self.is_at(place, text) && !self.clashing.contains(text) {
            self.clashing.insert(text.into());
        }
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        let place = self.places.get(&hash_of(text.as_bytes()));
        place.is_some_and(|place| self.is_at(*place, text) || self.clashing.contains(text))
    }

    fn is_at(&self, place: usize, text: &str) -> bool {
        let begin = place + LENGTH;
        self.texts[place..begin] == (text.len() as u32).to_le_bytes()
            && self.texts.get(begin..begin + text.len()) == Some(text.as_bytes())
    }
}

impl<'a> FromIterator<&'a str> for Known {
    fn from_iter<Texts: IntoIterator<Item = &'a str>>(texts: Texts) -> Known {
        let mut known = Known::default();
        texts.into_iter().for_each(|text| known.add(text));
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two codes that have the same hash.
    #[test]
    fn equal_hashes_are_no_equal_texts() {
        let (one, other) = ("pwgaq83zaaaaapa", "u3v4fpp3sdp6s9y");
        assert_eq!(hash_of(one.as_bytes()), hash_of(other.as_bytes()));
        let known: Known = [one, "", "a", one].into_iter().collect();
        assert!(known.has(one) && known.has("") && known.has("a") && !known.has(other) && !known.has("b"));
        let both: Known = [one, other].into_iter().collect();
        assert!(both.has(one) && both.has(other));
    }
}
