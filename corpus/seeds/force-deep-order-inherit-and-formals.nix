# Symbols are created by inherit, formals, selections and `?` in the order of the text.
let
  t = builtins.trace;
  mention = a: { inherit (a) gamma; x = a.alpha or null; y = a ? beta; z = { delta, ... }: delta; };
in
{ alpha = t "alpha" 1; beta = t "beta" 2; gamma = t "gamma" 3; delta = t "delta" 4; }
