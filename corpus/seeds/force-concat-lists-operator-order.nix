# `++` evaluates its operands from the left and none of the elements.
let
  t = builtins.trace;
in
builtins.length (t "a" [ (t "never" 1) ] ++ t "b" [ ] ++ t "c" [ (throw "never") ])
