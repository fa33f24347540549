//! The order in which the reference lists the names of a TOML table: that of libstdc++'s `std::unordered_map`. It
//! depends on hashes of the names, on the order of insertion, and on how the map grew. It is observable, because it
//! decides in which order symbols are created, and so in which order sets with those names are forced.

/// The bucket counts of a libstdc++ map as single insertions make it grow (`_Prime_rehash_policy`).
const BUCKETS: [usize; 23] = [
    13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933, 351061, 712697, 1447153, 2938679,
    5967347, 12117689, 24607243, 49969847, 101473717,
];

/// The order in which a map lists `names`, as indices. They were inserted in the given order and are all different.
pub fn listing_order(names: &[&[u8]]) -> Vec<usize> {
    let hashes: Vec<u64> = names.iter().map(|name| hash_bytes(name)).collect();
    let mut growth = BUCKETS.iter().copied();
    let mut map = Chain::new(names.len(), growth.next().unwrap_or(1));
    for index in 0..names.len() {
        if index >= map.heads.len()
            && let Some(buckets) = growth.next()
        {
            map = map.rehashed(buckets, &hashes);
        }
        map.insert(index, &hashes);
    }
    map.listed()
}

/// What precedes the first node of a bucket: another node, or the start of the chain.
#[derive(Clone, Copy)]
enum Before {
    Start,
    Node(usize),
}

/// The one chain of nodes that all buckets share. The nodes of a bucket are consecutive.
struct Chain {
    first: Option<usize>,
    next: Vec<Option<usize>>,
    heads: Vec<Option<Before>>,
}

impl Chain {
    fn new(nodes: usize, buckets: usize) -> Self {
        Chain { first: None, next: vec![None; nodes], heads: vec![None; buckets] }
    }

    fn bucket(&self, hash: u64) -> usize {
        (hash % self.heads.len() as u64) as usize
    }

    /// Inserts a node: into an empty bucket at the front of the chain, otherwise at the front of its bucket.
    fn insert(&mut self, node: usize, hashes: &[u64]) {
        let bucket = self.bucket(hashes[node]);
        match self.heads[bucket] {
            Some(before) => self.insert_after(before, node),
            None => {
                self.insert_after(Before::Start, node);
                if let Some(second) = self.next[node] {
                    let second_bucket = self.bucket(hashes[second]);
                    self.heads[second_bucket] = Some(Before::Node(node));
                }
                self.heads[bucket] = Some(Before::Start);
            }
        }
    }

    fn insert_after(&mut self, before: Before, node: usize) {
        let place = match before {
            Before::Start => &mut self.first,
            Before::Node(before) => &mut self.next[before],
        };
        let after = place.replace(node);
        self.next[node] = after;
    }

    /// The same nodes in more buckets, inserted in the order of the chain.
    fn rehashed(&self, buckets: usize, hashes: &[u64]) -> Chain {
        let mut grown = Chain::new(self.next.len(), buckets);
        for node in self.listed() {
            grown.insert(node, hashes);
        }
        grown
    }

    fn listed(&self) -> Vec<usize> {
        std::iter::successors(self.first, |node| self.next[*node]).collect()
    }
}

/// libstdc++'s hash of bytes on 64 bits (`std::_Hash_bytes`), a variant of MurmurHash2 by Austin Appleby.
fn hash_bytes(bytes: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    const SEED: u64 = 0xc70f_6907;
    let shift_mix = |value: u64| value ^ (value >> 47);
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let data = shift_mix(u64::from_le_bytes(*word).wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER);
        hash = (hash ^ data).wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        let data = rest.iter().rev().fold(0u64, |data, byte| data << 8 | u64::from(*byte));
        hash = (hash ^ data).wrapping_mul(MULTIPLIER);
    }
    shift_mix(shift_mix(hash).wrapping_mul(MULTIPLIER))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each recorded from the reference: what forcing a set of the names of a TOML table in turn traces.
    #[test]
    fn names_are_listed_as_recorded() {
        let check = |inserted: &str, expected: &str| {
            let names: Vec<&str> = inserted.split(' ').collect();
            let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
            let listed: Vec<&str> = listing_order(&bytes).into_iter().map(|index| names[index]).collect();
            assert_eq!(listed.join(" "), expected);
        };
        check("zz1", "zz1");
        check("zz1 aa1 qq1", "qq1 aa1 zz1");
        check(
            "kk0 kk1 kk2 kk3 kk4 kk5 kk6 kk7 kk8 kk9 kk10 kk11 kk12",
            "kk12 kk11 kk8 kk7 kk5 kk10 kk6 kk3 kk9 kk4 kk2 kk1 kk0",
        );
        check(
            "kk0 kk1 kk2 kk3 kk4 kk5 kk6 kk7 kk8 kk9 kk10 kk11 kk12 kk13",
            "kk13 kk1 kk2 kk4 kk9 kk3 kk6 kk10 kk5 kk7 kk0 kk8 kk11 kk12",
        );
        check(
            "a-longer-name-0 a-longer-name-1 a-longer-name-2 a-longer-name-3 a-longer-name-4 a-longer-name-5 \
             a-longer-name-6 a-longer-name-7 a-longer-name-8 a-longer-name-9 a-longer-name-10 a-longer-name-11 \
             a-longer-name-12 a-longer-name-13 a-longer-name-14 a-longer-name-15 a-longer-name-16 a-longer-name-17 \
             a-longer-name-18 a-longer-name-19 a-longer-name-20 a-longer-name-21 a-longer-name-22 a-longer-name-23 \
             a-longer-name-24 a-longer-name-25 a-longer-name-26 a-longer-name-27 a-longer-name-28 a-longer-name-29",
            "a-longer-name-8 a-longer-name-7 a-longer-name-20 a-longer-name-24 a-longer-name-6 a-longer-name-4 \
             a-longer-name-21 a-longer-name-10 a-longer-name-28 a-longer-name-5 a-longer-name-2 a-longer-name-18 \
             a-longer-name-11 a-longer-name-0 a-longer-name-9 a-longer-name-13 a-longer-name-29 a-longer-name-14 \
             a-longer-name-15 a-longer-name-22 a-longer-name-16 a-longer-name-17 a-longer-name-12 a-longer-name-23 \
             a-longer-name-19 a-longer-name-3 a-longer-name-25 a-longer-name-26 a-longer-name-1 a-longer-name-27",
        );
        check(
            "pqrstuv pqrstuvw pqrstuvwx pqrstuvwxyzpqrst pqrstuvwxyzpqrstu",
            "pqrstuvwxyzpqrst pqrstuvwx pqrstuvwxyzpqrstu pqrstuvw pqrstuv",
        );
    }
}
