# tryEval does not catch infinite recursion.
let
  x = x + 1;
in
builtins.tryEval x
