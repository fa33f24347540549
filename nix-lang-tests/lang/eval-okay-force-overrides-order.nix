# __overrides is evaluated when the rec set is created, its values only on use.
let
  t = builtins.trace;
  s = rec {
    a = t "a" 1;
    b = t "b" a;
    __overrides = t "overrides" { a = t "new a" 2; };
  };
in
builtins.seq s (t "created" s.b)
