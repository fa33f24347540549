//! A part of a run, so that several machines can share it.

use std::str::FromStr;

/// Part `index` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// The items of this part: every `count`th, so that neighbours, which take about as long, are spread evenly.
    pub(super) fn of<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.index - 1).step_by(self.count).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_everything_once() {
        let part = |text: &str| text.parse::<Shard>().expect("a shard").of((1..=7).collect::<Vec<_>>());
        assert_eq!(part("1/1"), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(part("1/3"), [1, 4, 7]);
        assert_eq!(part("3/3"), [3, 6]);
        for wrong in ["0/3", "4/3", "1", "a/b", "1/"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
