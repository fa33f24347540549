# The source of inherited attributes is one hidden thunk.
let s = { x = 1; y = 2; }; inherit (s) x y; in { inherit (s) x; inherit y; }
