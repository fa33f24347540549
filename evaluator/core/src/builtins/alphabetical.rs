//! Sorts names alphabetically. Programs see sets in this order; sets are stored in another, that of symbols.
//!
//! Names of large sets mostly have a long common prefix. So the sort key of a name is a number made of the eight bytes
//! behind the prefix. Many keys are sorted by an LSD radix sort, few by comparison.

/// From this many names on, the radix sort is used.
const MANY: usize = 512;

/// The sort key of a name, made of the eight bytes behind the common prefix, and the index of the name.
type Key = (u64, u32);

/// The indices of names in alphabetical order; all names must differ.
pub(super) fn order<'n>(names: impl ExactSizeIterator<Item = &'n [u8]> + Clone) -> impl ExactSizeIterator<Item = u32> {
    let common = if names.len() < MANY {
        0
    } else {
        let first = names.clone().next().unwrap_or_default();
        names
            .clone()
            .fold(first.len(), |common, name| first[..common].iter().zip(name).take_while(|(a, b)| a == b).count())
    };
    let mut keys: Vec<Key> =
        names.clone().zip(0..).map(|(name, index)| (eight_bytes(&name[common..]), index)).collect();
    if keys.len() < MANY {
        keys.sort_unstable();
    } else {
        radix_sort(&mut keys);
    }
    // What differs only further behind is compared whole.
    if keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        let names: Vec<&[u8]> = names.collect();
        for alike in keys.chunk_by_mut(|a, b| a.0 == b.0) {
            alike.sort_unstable_by_key(|(_, index)| names[*index as usize]);
        }
    }
    keys.into_iter().map(|(_, index)| index)
}

fn eight_bytes(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = name.len().min(8);
    bytes[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(bytes)
}

/// Sorts by the number, with one pass for each byte from the last to the first. Bytes that are equal in all keys are
/// skipped.
fn radix_sort(keys: &mut Vec<Key>) {
    let varying = keys.iter().fold(0, |varying, (key, _)| varying | key ^ keys[0].0);
    let mut sorted = vec![(0, 0); keys.len()];
    for shift in (0..u64::BITS).step_by(8).filter(|shift| varying >> shift & 0xff != 0) {
        let byte = |key: &Key| (key.0 >> shift) as usize & 0xff;
        let mut next = [0; 256];
        for key in &*keys {
            next[byte(key)] += 1;
        }
        let mut before = 0;
        for count in &mut next {
            before += std::mem::replace(count, before);
        }
        for key in &*keys {
            let slot = &mut next[byte(key)];
            sorted[*slot] = *key;
            *slot += 1;
        }
        std::mem::swap(keys, &mut sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    fn check(names: Vec<Vec<u8>>) {
        let mut sorted: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        sorted.sort();
        let order = order(names.iter().map(Vec::as_slice));
        assert_eq!(order.map(|index| &names[index as usize][..]).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn names_come_in_the_order_of_their_bytes() {
        let texts = |names: &[&str]| names.iter().map(|name| name.as_bytes().to_vec()).collect();
        check(texts(&[]));
        check(texts(&["one"]));
        check(texts(&["b", "a", "ab", "", "aa", "a-long-name-2", "a-long-name-1", "a-long-n", "a-long-name-"]));
        for count in [100, 600, 5000] {
            check((0..count).map(|number: u32| format!("key{number}").into_bytes()).collect());
            check((0..count).map(|number| format!("{number}-and-more-{}", count - number).into_bytes()).collect());
            check(
                (0..count)
                    .map(|number| format!("the same at the start {}", number * 7919 % count).into_bytes())
                    .collect(),
            );
            check((0..count).map(|number| vec![b'x'; number as usize]).collect());
            check((1..count).map(|number| number.to_be_bytes().map(|byte| !byte).to_vec()).collect());
        }
    }
}
