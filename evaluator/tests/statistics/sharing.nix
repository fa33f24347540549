# A value that several need is computed once, and a failure is remembered.
let
  f = x: x + 1;
  once = f 1;
  failing = (x: throw "no") 1;
  inherit (f3 1) a b;
  f3 = x: { a = f x; b = f x; };
in
[ once once (once + once) (builtins.tryEval failing) (builtins.tryEval failing) a a b ]
