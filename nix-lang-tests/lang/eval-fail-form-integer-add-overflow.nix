# Addition beyond the largest integer fails.
9223372036854775807 + 1
