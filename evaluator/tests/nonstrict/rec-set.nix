# Attributes of a recursive set.
let s = rec { a = b; b = 1 + 1; c = b; d = x: d; }; in builtins.seq s.c s
