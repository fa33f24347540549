# A set built in the scope of a closure is built once, one built in its body each time.
let
  f = let s = builtins.trace "scope" { n = 1; }; in x: let l = builtins.trace "body" { n = x; }; in s.n + l.n + l.n;
in
map f [ 1 2 ]
