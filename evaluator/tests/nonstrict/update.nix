# So they do through an update.
let a = 1 + 1; s = { inherit a; b = 2; } // { c = x: x; }; in builtins.seq s.a s
