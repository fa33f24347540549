# toJSON evaluates attributes in the order of their names, not of their symbols.
let
  t = builtins.trace;
in
builtins.toJSON { z = t "z" 1; a = t "a" [ (t "a0" 1) (t "a1" { y = t "y" 1; b = t "b" 1; }) ]; m = t "m" null; }
