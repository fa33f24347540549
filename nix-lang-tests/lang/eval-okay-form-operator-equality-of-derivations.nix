# Derivations are equal when their outPaths are.
let
  d = outPath: extra: { type = "derivation"; inherit outPath extra; };
in
[ (d "x" 1 == d "x" 2) (d "x" 1 == d "y" 1) (d "x" 1 == { outPath = "x"; extra = 1; }) ({ type = "derivation"; } == { type = "derivation"; }) ]
