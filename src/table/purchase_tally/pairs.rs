//! Which pairs of a customer and a period were seen.

use super::super::keys::mixed;

/// Pairs of a customer's number and a period.
pub(super) struct Pairs {
    places: Vec<u64>,
    taken: usize,
}

impl Pairs {
    pub(super) fn new() -> Pairs {
        Pairs { places: vec![0; 1 << 10], taken: 0 }
    }

    /// Never 0, which marks a free place, because customers are counted from 1.
    pub(super) fn pair(id: u32, period: i32) -> u64 {
        u64::from(id) << 32 | u64::from(period as u32)
    }

    /// What lies where a pair is looked for first: asking for it early makes the processor fetch it.
    pub(super) fn look(&self, id: u32, period: i32) -> u64 {
        self.places[mixed(Pairs::pair(id, period) as i64) as usize & (self.places.len() - 1)]
    }

    /// Makes room for more.
    pub(super) fn reserve(&mut self, more: usize) {
        if (self.taken + more) * 2 <= self.places.len() {
            return;
        }
        let size = self.places.len() * 2;
        let old = std::mem::replace(&mut self.places, vec![0; size]);
        for pair in old.into_iter().filter(|pair| *pair != 0) {
            let place = self.place(pair);
            self.places[place] = pair;
        }
    }

    /// Where the pair is, or the free place where it belongs.
    fn place(&self, pair: u64) -> usize {
        let last = self.places.len() - 1;
        let mut place = mixed(pair as i64) as usize & last;
        while self.places[place] != 0 && self.places[place] != pair {
            place = (place + 1) & last;
        }
        place
    }

    /// Whether it is new.
    pub(super) fn insert(&mut self, pair: u64) -> bool {
        let place = self.place(pair);
        let is_new = self.places[place] == 0;
        self.places[place] = pair;
        self.taken += usize::from(is_new);
        is_new
    }
}
