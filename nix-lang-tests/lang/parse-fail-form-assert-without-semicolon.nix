# assert needs a semicolon.
assert true 1
