//! One part of a run, so that several machines can share it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Part `index` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// Whether the item at this place, from 0, is in this part: every `count`th is, so that neighbours, which take
    /// about as long, are spread evenly.
    pub fn has(self, place: usize) -> bool {
        place % self.count == self.index - 1
    }

    /// How many of `items` are in this part.
    pub fn share(self, items: usize) -> usize {
        (items + self.count - self.index) / self.count
    }

    /// The place, from 0, of the first item in this part.
    pub fn first(self) -> usize {
        self.index - 1
    }

    /// How many parts there are.
    pub fn count(self) -> usize {
        self.count
    }

    /// All parts of the same whole, in order.
    pub fn siblings(self) -> impl Iterator<Item = Shard> {
        (1..=self.count).map(move |index| Shard { index, count: self.count })
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, &'static str> {
        let parts = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if 1 <= index && index <= count => Ok(Shard { index, count }),
            _ => Err("write PART/PARTS, as in 1/4"),
        }
    }
}

impl TryFrom<String> for Shard {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Shard, &'static str> {
        text.parse()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.index, self.count)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_everything_once() {
        let part = |text: &str| {
            let shard: Shard = text.parse().expect("a shard");
            assert_eq!(shard.to_string(), text);
            let places: Vec<usize> = (0..7).filter(|place| shard.has(*place)).collect();
            assert_eq!(shard.share(7), places.len(), "{text}");
            places
        };
        assert_eq!(part("1/1"), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(part("1/3"), [0, 3, 6]);
        assert_eq!(part("3/3"), [2, 5]);
        assert!(part("9/9").is_empty());
        for wrong in ["0/3", "4/3", "1", "a/b", "1/"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
