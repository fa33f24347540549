# traceVerbose gives a value of any kind, evaluated once.
let
  x = builtins.traceVerbose (throw "never") (builtins.trace "x" { a = 1; });
in
[ x.a x.a ]
