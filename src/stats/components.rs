//! Things that belong together because each is joined with another.

/// Things numbered from 0, joined step by step (union by size, with halved paths).
#[derive(Debug, Clone)]
pub struct Components {
    above: Vec<u32>,
    sizes: Vec<u32>,
}

impl Components {
    /// So many things, each alone. Their numbers lie below 2³².
    pub fn new(count: usize) -> Components {
        Components { above: (0..count as u32).collect(), sizes: vec![1; count] }
    }

    /// The thing that stands for all that belong together with this one.
    pub fn root(&mut self, thing: usize) -> usize {
        let mut at = thing;
        while self.above[at] as usize != at {
            let next = self.above[at] as usize;
            self.above[at] = self.above[next];
            at = next;
        }
        at
    }

    /// Joins two; answers whether they did not belong together before.
    pub fn join(&mut self, one: usize, other: usize) -> bool {
        let (mut large, mut small) = (self.root(one), self.root(other));
        if large == small {
            return false;
        }
        if self.sizes[large] < self.sizes[small] {
            std::mem::swap(&mut large, &mut small);
        }
        self.above[small] = large as u32;
        self.sizes[large] += self.sizes[small];
        true
    }

    /// For each thing the number of its component; components are numbered from 0 in the order of their first thing.
    pub fn numbered(&mut self) -> Vec<usize> {
        let mut numbers = vec![usize::MAX; self.above.len()];
        let mut next = 0;
        (0..self.above.len())
            .map(|thing| {
                let root = self.root(thing);
                if numbers[root] == usize::MAX {
                    numbers[root] = next;
                    next += 1;
                }
                numbers[root]
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_become_one_and_the_order_of_joins_does_not_matter() {
        let joins = [(4, 2), (5, 4), (1, 0), (2, 5)];
        let mut forward = Components::new(7);
        let fresh: Vec<bool> = joins.iter().map(|(one, other)| forward.join(*one, *other)).collect();
        assert_eq!(fresh, [true, true, true, false]);
        assert_eq!(forward.numbered(), [0, 0, 1, 2, 1, 1, 3]);
        let mut backward = Components::new(7);
        for (one, other) in joins.iter().rev() {
            backward.join(*other, *one);
        }
        assert_eq!(backward.numbered(), forward.numbered());
    }

    #[test]
    fn a_long_chain_is_one() {
        let mut chain = Components::new(100_000);
        (1..100_000).for_each(|thing| assert!(chain.join(thing - 1, thing)));
        assert!(chain.numbered().iter().all(|number| *number == 0));
    }
}
