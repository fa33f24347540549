# Formals are checked before the body runs, defaults are not evaluated until used.
let
  t = builtins.trace;
in
({ a ? t "default a" 1, b ? throw "never", ... }: t "body" a) (t "argument" { c = throw "never"; })
