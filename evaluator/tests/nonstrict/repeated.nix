# A set that was printed is not printed again.
let s = { a = 1; }; l = [ 1 ]; in builtins.seq s (builtins.seq l [ s s l l ])
