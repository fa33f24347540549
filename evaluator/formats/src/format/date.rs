//! Dates of the Gregorian calendar, for `lastModifiedDate`.

/// The date and time in UTC of `seconds` since 1970, as 14 digits or more: `19700101000000`.
pub fn compact(seconds: u64) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let (year, month, day) = civil(seconds / DAY);
    let rest = seconds % DAY;
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The year, month and day of a number of days since 1970. Years are counted from March, so that the day that a leap year
/// has more is the last of a year.
fn civil(days: u64) -> (u64, u64, u64) {
    const DAYS_OF_400_YEARS: u64 = 146_097;
    const FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    let days = days + FROM_MARCH_OF_YEAR_0;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day + 2) / 153;
    let day = day - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

/// The number of days from 1970 to a day of a year after that.
pub fn days(year: u64, month: u64, day: u64) -> u64 {
    // A year that is not over has no more days than 365 for each before it and less than a year beyond.
    let mut days = year.saturating_sub(1970) * 365;
    while civil(days) < (year, month, day) {
        days += 1;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::{compact, days};

    #[test]
    fn days_are_counted() {
        for (day, expected) in [((1970, 1, 1), 0), ((2000, 2, 29), 11_016), ((2107, 12, 31), 50_402)] {
            assert_eq!(days(day.0, day.1, day.2), expected);
        }
    }

    /// As `date -u -d @SECONDS +%Y%m%d%H%M%S` has them.
    #[test]
    fn dates() {
        for (seconds, expected) in [
            (0, "19700101000000"),
            (951_782_399, "20000228235959"),
            (951_868_799, "20000229235959"),
            (951_868_800, "20000301000000"),
            (1_700_000_000, "20231114221320"),
            (4_107_542_400, "21000301000000"),
            (253_402_300_800, "100000101000000"),
        ] {
            assert_eq!(compact(seconds), expected);
        }
    }
}
