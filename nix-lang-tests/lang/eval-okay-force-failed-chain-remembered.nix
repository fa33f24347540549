# Every thunk through which a failure passed remembers it.
let
  t = builtins.trace;
  a = t "a" (b + 1);
  b = t "b" (c + 1);
  c = t "c" (throw "failed");
in
map (x: (builtins.tryEval x).success) [ a b c a ]
