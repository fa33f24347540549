# As for a function: the functor is called with the name once.
let
  m = builtins.mapAttrs { __functor = self: builtins.trace "functor" (name: value: m.a); } { a = 1; };
in
m.a
