# A functor: the set, then __functor, then what it returns, then the argument.
let
  t = builtins.trace;
  set = t "set" { __functor = t "functor" (self: t "with self" (x: t "with argument" (x + self.n))); n = t "n" 1; };
in
set (t "argument" 2)
