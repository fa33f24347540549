//! The order in which the reference lists the names of a TOML table: that of libstdc++'s `std::unordered_map`, which
//! depends on hashes of the names, on the order of insertion, and on how the map grew. It decides which symbols are
//! created first, and so in which order sets with those names are forced.

/// Bucket counts that a map of libstdc++ goes through as it grows by single insertions (`_Prime_rehash_policy`).
const BUCKETS: [usize; 23] = [
    13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933, 351061, 712697, 1447153, 2938679,
    5967347, 12117689, 24607243, 49969847, 101473717,
];

/// The order in which a map lists `names`, which were inserted as they stand, all different: their indices.
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

/// Before the first node of a bucket is either a node or the start of the chain.
#[derive(Clone, Copy)]
enum Before {
    Start,
    Node(usize),
}

/// The one chain of nodes that all buckets share: those of a bucket follow each other.
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

    /// Into an empty bucket at the very front, else at the front of its bucket.
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

    /// The same nodes in more buckets, taken over in the order of the chain.
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
