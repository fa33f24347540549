# An integer cannot be appended to a path.
/a + 1
