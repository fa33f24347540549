# deepSeq finds the recursion deep inside a set.
let
  s = { a.b.c = [ s.a.b.c ]; d = { e = s.d.e; }; };
in
builtins.deepSeq s 1
