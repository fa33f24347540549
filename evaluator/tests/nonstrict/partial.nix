# Partial applications.
let f = a: b: a; g = f 1; in builtins.seq g [ g (f 1) f (builtins.add 1) ]
