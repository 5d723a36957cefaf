//! Groups, found by their key: a table of places beside lines that hold key and figures side by side.

use super::keys::{KeyKind, KeyRows, is_long_text, mixed, short_text};

/// Rows that are worked on together: their places, lines and figures stay in the processor's cache, and the memory for
/// all of them is fetched side by side instead of one after the other.
pub(super) const BLOCK: usize = 1024;

/// Stands for no group.
pub(super) const NONE: u32 = u32::MAX;

/// The groups of one share.
pub(super) struct Groups<const WORDS: usize> {
    keys: Vec<KeyKind>,
    /// The number of a group plus one, below the upper half of its hash; 0 where there is none. A power of two.
    places: Vec<u64>,
    hashes: Vec<u64>,
    /// Of each group its key, then its figures.
    pub(super) lines: Vec<u64>,
    pub(super) stride: usize,
    /// The figures of a group without rows.
    fresh: Vec<u64>,
    /// The row in which each group appeared first.
    pub(super) first: Vec<u64>,
    /// Which keys of a group are missing, one bit each.
    missing: Vec<u8>,
    /// Texts that do not fit into a line, and where those of a group begin: one entry for each group and key.
    texts: Vec<u8>,
    begins: Vec<usize>,
}

/// The rows of a block that belong to a share.
pub(super) struct Block<const WORDS: usize> {
    keys: Vec<[u64; WORDS]>,
    missing: Vec<u8>,
    hashes: Vec<u64>,
    /// Rows, counted from the beginning of the batch.
    pub(super) rows: Vec<u32>,
    /// The group of each row.
    pub(super) groups: Vec<u32>,
    has_long: bool,
    has_missing: bool,
}

impl<const WORDS: usize> Block<WORDS> {
    pub(super) fn new() -> Block<WORDS> {
        Block {
            keys: Vec::with_capacity(BLOCK),
            missing: Vec::with_capacity(BLOCK),
            hashes: vec![0; BLOCK],
            rows: vec![0; BLOCK],
            groups: Vec::with_capacity(BLOCK),
            has_long: false,
            has_missing: false,
        }
    }

    /// Takes those of some rows that belong to a share: the upper half of the hash says which.
    pub(super) fn take(&mut self, columns: &[KeyRows], from: usize, count: usize, share: u64, shares: u64) {
        self.write(columns, from, count);
        let mut taken = 0;
        for place in 0..count {
            let hash = mixed(&self.keys[place], self.missing[place]);
            self.keys[taken] = self.keys[place];
            self.missing[taken] = self.missing[place];
            self.hashes[taken] = hash;
            self.rows[taken] = (from + place) as u32;
            taken += usize::from(((hash >> 32) * shares) >> 32 == share);
        }
        self.truncate(taken);
    }

    /// Takes certain rows, which rise and of which the first is row `from` or a later one.
    pub(super) fn pick(&mut self, columns: &[KeyRows], from: usize, rows: &[u32]) {
        let Some(last) = rows.last() else { return self.truncate(0) };
        self.write(columns, from, *last as usize + 1 - from);
        for (taken, row) in rows.iter().enumerate() {
            let place = *row as usize - from;
            self.keys[taken] = self.keys[place];
            self.missing[taken] = self.missing[place];
            self.hashes[taken] = mixed(&self.keys[place], self.missing[place]);
            self.rows[taken] = *row;
        }
        self.truncate(rows.len());
    }

    /// The keys of rows that follow each other.
    fn write(&mut self, columns: &[KeyRows], from: usize, count: usize) {
        self.keys.clear();
        self.keys.resize(count, [0; WORDS]);
        self.missing.clear();
        self.missing.resize(count, 0);
        self.hashes.resize(count, 0);
        self.rows.resize(count, 0);
        self.has_long = false;
        self.has_missing = false;
        let mut at = 0;
        for (number, column) in columns.iter().enumerate() {
            self.has_long |= column.write(from, &mut self.keys, at);
            if column.validity.is_some() {
                for (place, missing) in self.missing.iter_mut().enumerate() {
                    *missing |= u8::from(column.is_missing(from + place)) << number;
                }
                self.has_missing = true;
            }
            at += column.words();
        }
    }

    fn truncate(&mut self, taken: usize) {
        self.keys.truncate(taken);
        self.missing.truncate(taken);
        self.hashes.truncate(taken);
        self.rows.truncate(taken);
    }
}

impl<const WORDS: usize> Groups<WORDS> {
    pub(super) fn new(keys: Vec<KeyKind>, fresh: Vec<u64>) -> Groups<WORDS> {
        Groups {
            keys,
            places: vec![0; 4 * BLOCK],
            hashes: Vec::new(),
            lines: Vec::new(),
            stride: WORDS + fresh.len(),
            fresh,
            first: Vec::new(),
            missing: Vec::new(),
            texts: Vec::new(),
            begins: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    /// The figures of a group.
    pub(super) fn figures(&self, group: usize) -> &[u64] {
        &self.lines[group * self.stride + WORDS..(group + 1) * self.stride]
    }

    /// Finds the groups of a block's rows, of which the first of the batch is row `before` of all; new ones are made.
    pub(super) fn find(&mut self, block: &mut Block<WORDS>, columns: &[KeyRows], before: u64) {
        self.make_room(block.keys.len());
        let last = self.places.len() - 1;
        // Looking at all the places first lets the processor fetch them side by side.
        std::hint::black_box(block.hashes.iter().fold(0, |all, hash| all ^ self.places[*hash as usize & last]));
        block.groups.clear();
        for row in 0..block.keys.len() {
            let hash = block.hashes[row];
            let mut place = hash as usize & last;
            // Equal halves of a hash nearly always mean equal keys; whether they do is looked at below, for all at once.
            while self.places[place] != 0 && self.places[place] >> 32 != hash >> 32 {
                place = (place + 1) & last;
            }
            let group = match self.places[place] {
                0 => self.make(block, row, place, columns, before),
                found => found as u32 - 1,
            };
            block.groups.push(group);
        }
        let has_missing = block.has_missing || !self.missing.is_empty();
        let mut others = 0_usize;
        for (key, group) in block.keys.iter().zip(&block.groups) {
            others += usize::from(!self.has_words(*group as usize, key));
        }
        if others == 0 && !has_missing && !block.has_long {
            return;
        }
        for row in 0..block.keys.len() {
            if !self.is(block.groups[row] as usize, block, row, columns) {
                block.groups[row] = self.search(block, row, columns, before);
            }
        }
    }

    /// Finds the groups of a block's rows among those that are there; `NONE` for the others.
    pub(super) fn look_up(&self, block: &mut Block<WORDS>, columns: &[KeyRows]) {
        let last = self.places.len() - 1;
        std::hint::black_box(block.hashes.iter().fold(0, |all, hash| all ^ self.places[*hash as usize & last]));
        block.groups.clear();
        for hash in &block.hashes {
            let mut place = *hash as usize & last;
            while self.places[place] != 0 && self.places[place] >> 32 != hash >> 32 {
                place = (place + 1) & last;
            }
            // One below 0 is `NONE`.
            block.groups.push((self.places[place] as u32).wrapping_sub(1));
        }
        let mut others = 0_usize;
        for (key, group) in block.keys.iter().zip(&block.groups) {
            others += usize::from(*group != NONE && !self.has_words(*group as usize, key));
        }
        if others == 0 && !block.has_missing && !block.has_long {
            return;
        }
        for row in 0..block.keys.len() {
            let group = block.groups[row];
            if group != NONE && !self.is(group as usize, block, row, columns) {
                block.groups[row] = (self.places[self.place(block, row, columns)] as u32).wrapping_sub(1);
            }
        }
    }

    fn has_words(&self, group: usize, key: &[u64; WORDS]) -> bool {
        let line = &self.lines[group * self.stride..group * self.stride + WORDS];
        line.iter().zip(key).fold(0, |all, (left, right)| all | (left ^ right)) == 0
    }

    /// Whether a group has the key of a row, to the last letter.
    fn is(&self, group: usize, block: &Block<WORDS>, row: usize, columns: &[KeyRows]) -> bool {
        let key = &block.keys[row];
        if !self.has_words(group, key) || self.missing.get(group).copied().unwrap_or(0) != block.missing[row] {
            return false;
        }
        if !block.has_long {
            return true;
        }
        let mut at = 0;
        for (number, kind) in self.keys.iter().enumerate() {
            if *kind == KeyKind::Text && is_long_text(key[at]) {
                let text = columns[number].text(block.rows[row] as usize).as_bytes();
                if self.long_text(group, number, text.len()) != text {
                    return false;
                }
            }
            at += kind.words();
        }
        true
    }

    /// The group of a row whose place holds another one's half of a hash.
    fn search(&mut self, block: &Block<WORDS>, row: usize, columns: &[KeyRows], before: u64) -> u32 {
        let place = self.place(block, row, columns);
        match self.places[place] {
            0 => self.make(block, row, place, columns, before),
            found => found as u32 - 1,
        }
    }

    /// The place of a row's group, compared to the last letter, or the free one where it would be.
    fn place(&self, block: &Block<WORDS>, row: usize, columns: &[KeyRows]) -> usize {
        let last = self.places.len() - 1;
        let hash = block.hashes[row];
        let mut place = hash as usize & last;
        loop {
            match self.places[place] {
                0 => return place,
                found if found >> 32 == hash >> 32 && self.is(found as u32 as usize - 1, block, row, columns) => {
                    return place;
                }
                _ => place = (place + 1) & last,
            }
        }
    }

    fn make(&mut self, block: &Block<WORDS>, row: usize, place: usize, columns: &[KeyRows], before: u64) -> u32 {
        let group = self.len();
        self.places[place] = block.hashes[row] >> 32 << 32 | (group as u64 + 1);
        self.hashes.push(block.hashes[row]);
        self.lines.extend_from_slice(&block.keys[row]);
        self.lines.extend_from_slice(&self.fresh);
        self.first.push(before + u64::from(block.rows[row]));
        if block.missing[row] != 0 || !self.missing.is_empty() {
            self.missing.resize(group, 0);
            self.missing.push(block.missing[row]);
        }
        if block.has_long || !self.begins.is_empty() {
            self.begins.resize(group * self.keys.len(), 0);
            let mut at = 0;
            for (number, kind) in self.keys.iter().enumerate() {
                self.begins.push(self.texts.len());
                if *kind == KeyKind::Text && is_long_text(block.keys[row][at]) {
                    self.texts.extend_from_slice(columns[number].text(block.rows[row] as usize).as_bytes());
                }
                at += kind.words();
            }
        }
        group as u32
    }

    /// Makes the table so large that as many more groups leave half of it free.
    fn make_room(&mut self, more: usize) {
        let size = ((self.len() + more) * 2).next_power_of_two();
        if size <= self.places.len() {
            return;
        }
        self.places = vec![0; size];
        for (group, hash) in self.hashes.iter().enumerate() {
            let mut place = *hash as usize & (size - 1);
            while self.places[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            self.places[place] = hash >> 32 << 32 | (group as u64 + 1);
        }
    }

    fn is_missing(&self, group: usize, number: usize) -> bool {
        self.missing.get(group).is_some_and(|missing| missing >> number & 1 == 1)
    }

    fn long_text(&self, group: usize, number: usize, length: usize) -> &[u8] {
        let begin = self.begins[group * self.keys.len() + number];
        &self.texts[begin..begin + length]
    }

    /// A key of a group that is a whole number.
    pub(super) fn whole(&self, group: usize, number: usize, at: usize) -> Option<i64> {
        (!self.is_missing(group, number)).then(|| self.lines[group * self.stride + at] as i64)
    }

    /// A key of a group that is a text.
    pub(super) fn text<'a>(&'a self, group: usize, number: usize, at: usize, own: &'a mut [u8; 12]) -> Option<&'a str> {
        if self.is_missing(group, number) {
            return None;
        }
        let line = group * self.stride + at;
        let (first, second) = (self.lines[line], self.lines[line + 1]);
        let bytes = if is_long_text(first) {
            self.long_text(group, number, first as u32 as usize)
        } else {
            let (bytes, length) = short_text(first, second);
            *own = bytes;
            &own[..length]
        };
        // They were text when they came.
        Some(std::str::from_utf8(bytes).unwrap_or_default())
    }
}
