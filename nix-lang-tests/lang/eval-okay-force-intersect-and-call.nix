# Calling with an intersected set forces only what the function uses.
let
  t = builtins.trace;
  f = { a, b ? t "default" 2 }: a;
  scope = t "scope" { a = t "a" 1; c = throw "never"; };
in
f (builtins.intersectAttrs (builtins.functionArgs f) scope)
