# `==` does not chain.
a: b: a == b == a
