# Looking at an attribute shows in the set it is in.
let s = { f = x: x; g = x: x; }; in builtins.seq s.f s
