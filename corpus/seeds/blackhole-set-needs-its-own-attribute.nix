# A set that cannot be built before one of its own attributes is known.
let
  s = { a = 1; } // { b = s.a; ${s.name} = 2; };
in
s.a
