# A variable in a slot is whatever the variable is.
let a = 1; b = a; c = d; d = 2; e = x: x; z = e; in builtins.seq z { inherit a b c d e z; }
