# A recursive lambda too.
let f = x: f x; g = x: g x; in builtins.seq f [ f g ]
