# seq evaluates its first argument to a set or list but no further.
let
  t = builtins.trace;
in
builtins.seq (t "set" { a = throw "never"; }) (builtins.seq (t "list" [ (throw "never") ]) (t "result" 1))
