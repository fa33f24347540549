# An integer and a string do not compare.
1 < "2"
