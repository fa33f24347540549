# A lambda in a slot is a thunk until something looks at it.
let f = x: x; g = x: x; s = { f = x: x; h = y: y; }; in builtins.seq f (builtins.seq s.f [ f g s.f s (x: x) ])
